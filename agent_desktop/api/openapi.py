"""The OpenAPI 3.1 document, generated from the operations that serve the requests; pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from agent_desktop.api.operation import PREFIX, Operation

_REF = "#/components/schemas/{model}"

_WORDS = {
    400: "The request does not fit the schema",
    401: "Not signed in",
    403: "Not permitted",
    404: "No such thing, or not yours",
    409: "Not possible in the present state",
    413: "The body is too large",
    429: "Too many attempts",
    503: "The engine or the database is away",
}

PROBLEM: dict[str, Any] = {
    "type": "object",
    "required": ["code", "field", "message", "trace_id"],
    "properties": {
        "code": {"type": "string"},
        "field": {"type": ["string", "null"], "description": "Place of the fault, dotted"},
        "message": {"type": "string"},
        "trace_id": {"type": "string"},
    },
}


def document(operations: Iterable[Operation], *, version: str) -> dict[str, Any]:
    """Describe every operation; component schemas are those that validate."""
    operations = list(operations)
    refs, schemas = _schemas(operations)
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        described = _describe(operation, refs)
        paths.setdefault(PREFIX + operation.path, {})[operation.method.lower()] = described
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Call center API",
            "version": version,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "paths": paths,
        "components": {
            "schemas": {**schemas, "Problem": PROBLEM},
            "securitySchemes": _security_schemes(),
        },
    }


def _security_schemes() -> dict[str, Any]:
    return {
        "session": {"type": "apiKey", "in": "cookie", "name": "callcenter_session"},
        "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRF-Token"},
        "token": {"type": "http", "scheme": "bearer"},
    }


def _schemas(operations: list[Operation]) -> tuple[dict[Any, str], dict[str, Any]]:
    wanted: dict[tuple[type[BaseModel], Any], None] = {}
    for operation in operations:
        if (body := operation.hints.get("body")) is not None:
            wanted[body, "validation"] = None
        if (answer := operation.answer_model) is not None:
            wanted[answer, "serialization"] = None
    by_model, definitions = models_json_schema(list(wanted), ref_template=_REF)
    return {key: found["$ref"] for key, found in by_model.items()}, definitions.get("$defs", {})


def _describe(operation: Operation, refs: dict[Any, str]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.handler.__name__,
        "summary": operation.summary,
        "tags": [operation.path.split("/")[1].removesuffix(".csv")],
        "parameters": [*_path_parameters(operation), *_query_parameters(operation)],
        "responses": _responses(operation, refs),
        "security": _security(operation),
        "x-policy": str(operation.policy),
    }
    if (body := operation.hints.get("body")) is not None:
        content = {"application/json": {"schema": {"$ref": refs[body, "validation"]}}}
        described["requestBody"] = {"content": content, "required": _is_required(body)}
    if operation.takes:
        raw = {operation.takes: {"schema": {"type": "string", "format": "binary"}}}
        described["requestBody"] = {"content": raw, "required": True}
    return described


def _is_required(body: type[BaseModel]) -> bool:
    return any(field.is_required() for field in body.model_fields.values())


def _security(operation: Operation) -> list[dict[str, list[str]]]:
    if operation.policy.public:
        return []
    unsafe = operation.method not in {"GET", "HEAD"}
    by_session: dict[str, list[str]] = {"session": [], **({"csrf": []} if unsafe else {})}
    return [by_session, {"token": []}]


def _path_parameters(operation: Operation) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string"} | ({"format": "uuid"} if hint is UUID else {}),
        }
        for name, hint in operation.hints.items()
        if hint in {UUID, str}
    ]


def _query_parameters(operation: Operation) -> list[dict[str, Any]]:
    model = operation.hints.get("query")
    if model is None:
        return []
    schema = model.model_json_schema()
    required = set(schema.get("required", ()))
    return [
        {
            "name": name,
            "in": "query",
            "required": name in required,
            "schema": _inline(part, schema),
        }
        for name, part in schema["properties"].items()
    ]


def _inline(part: Any, schema: dict[str, Any]) -> Any:
    """Put enums of the query where they are used; parameters have no components of their own."""
    if isinstance(part, list):
        return [_inline(item, schema) for item in part]
    if not isinstance(part, dict):
        return part
    if (ref := part.get("$ref")) is not None:
        return _inline(schema["$defs"][ref.rsplit("/", 1)[-1]], schema)
    return {key: _inline(value, schema) for key, value in part.items()}


def _responses(operation: Operation, refs: dict[Any, str]) -> dict[str, Any]:
    responses: dict[str, Any] = {str(operation.status): _good(operation, refs)}
    for status in _refusals(operation):
        problem = {"schema": {"$ref": _REF.format(model="Problem")}}
        responses[str(status)] = {
            "description": _WORDS[status],
            "content": {"application/json": problem},
        }
    return responses


def _good(operation: Operation, refs: dict[Any, str]) -> dict[str, Any]:
    if (answer := operation.answer_model) is not None:
        schema: dict[str, Any] = {"$ref": refs[answer, "serialization"]}
        return {"description": "Done", "content": {operation.media_type: {"schema": schema}}}
    if operation.media_type != "application/json":
        content = {operation.media_type: {"schema": {"type": "string"}}}
        return {"description": "Done", "content": content}
    return {"description": "Done"}


def _refusals(operation: Operation) -> list[int]:
    hints = operation.hints
    statuses = {503, *operation.refusals}
    if not operation.policy.public:
        statuses |= {401, 403}
    if operation.most_a_minute:
        statuses.add(429)
    if "body" in hints or operation.takes:
        statuses |= {400, 413}
    if "query" in hints:
        statuses.add(400)
    if UUID in hints.values() or str in hints.values():
        statuses.add(404)
    return sorted(statuses)
