from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from agent_desktop.api.openapi import document
from agent_desktop.api.operation import PREFIX
from agent_desktop.api.routes import OPERATIONS
from agent_desktop.app import create_app
from agent_desktop.services import Services

if TYPE_CHECKING:
    from conftest import House


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    return document(OPERATIONS, version="1")


def test_every_api_route_is_described(services: Services, described: dict[str, Any]) -> None:
    registered = {
        (route.method, route.resource.canonical)
        for route in create_app(services).router.routes()
        if route.resource is not None and route.resource.canonical.startswith(PREFIX)
    }
    shown = {
        (method.upper(), path) for path, item in described["paths"].items() for method in item
    }
    assert shown == registered


def test_every_reference_leads_somewhere(described: dict[str, Any]) -> None:
    names = set(re.findall(r"#/components/schemas/([^'\"]+)", repr(described)))
    assert names <= set(described["components"]["schemas"])
    assert "Problem" in names


def test_every_schema_is_one(described: dict[str, Any]) -> None:
    for schema in described["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    for _, operation in operations(described):
        for parameter in operation["parameters"]:
            Draft202012Validator.check_schema(parameter["schema"])
            assert "$ref" not in repr(parameter)


def test_the_document_has_the_shape_of_openapi_3_1(described: dict[str, Any]) -> None:
    Draft202012Validator(SHAPE).validate(described)


def test_every_operation_has_its_own_name_words_and_refusals(described: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, operation in operations(described)]
    assert len(names) == len(set(names))
    for path, operation in operations(described):
        assert operation["summary"].endswith("."), path
        in_path = set(re.findall(r"\{(\w+)\}", path))
        told = {part["name"] for part in operation["parameters"] if part["in"] == "path"}
        assert told == in_path
        if operation["security"]:
            assert {"401", "403"} <= set(operation["responses"])
        if "requestBody" in operation:
            assert "400" in operation["responses"]


async def test_the_document_is_served_to_everyone(house: House) -> None:
    told = await (await house.browser()).get("/openapi.json")
    assert told.status == 200
    assert told.body["openapi"] == "3.1.0"


def operations(described: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (path, operation)
        for path, item in described["paths"].items()
        for operation in item.values()
    ]


# The parts of the OpenAPI 3.1 meta-schema that this document uses, strict where it is loose.
SHAPE: dict[str, Any] = {
    "type": "object",
    "required": ["openapi", "info", "paths", "components"],
    "additionalProperties": False,
    "properties": {
        "openapi": {"type": "string", "pattern": r"^3\.1\.\d+$"},
        "info": {
            "type": "object",
            "required": ["title", "version"],
            "properties": {
                "license": {
                    "type": "object",
                    "required": ["name"],
                    "properties": {"name": {"type": "string"}, "identifier": {"type": "string"}},
                    "additionalProperties": False,
                }
            },
        },
        "jsonSchemaDialect": {"type": "string", "format": "uri"},
        "paths": {
            "type": "object",
            "propertyNames": {"pattern": "^/"},
            "additionalProperties": {
                "type": "object",
                "propertyNames": {"enum": ["get", "put", "post", "delete", "patch"]},
                "additionalProperties": {"$ref": "#/$defs/operation"},
            },
        },
        "components": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "schemas": {"propertyNames": {"pattern": r"^[a-zA-Z0-9._-]+$"}},
                "securitySchemes": {
                    "additionalProperties": {
                        "required": ["type"],
                        "properties": {"type": {"enum": ["apiKey", "http"]}},
                    }
                },
            },
        },
    },
    "$defs": {
        "content": {
            "type": "object",
            "propertyNames": {"pattern": r"^[a-z]+/(\*|[a-z0-9.+-]+)$"},
            "additionalProperties": {"type": "object", "required": ["schema"]},
        },
        "operation": {
            "type": "object",
            "required": ["operationId", "summary", "responses", "parameters", "security"],
            "additionalProperties": False,
            "patternProperties": {"^x-": True},
            "properties": {
                "operationId": {"type": "string"},
                "summary": {"type": "string"},
                "tags": {"type": "array", "items": {"type": "string"}},
                "security": {"type": "array", "items": {"type": "object"}},
                "parameters": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["name", "in", "schema"],
                        "additionalProperties": False,
                        "properties": {
                            "name": {"type": "string"},
                            "in": {"enum": ["query", "path"]},
                            "required": {"type": "boolean"},
                            "schema": {"type": "object"},
                        },
                    },
                },
                "requestBody": {
                    "type": "object",
                    "required": ["content"],
                    "properties": {"content": {"$ref": "#/$defs/content"}},
                },
                "responses": {
                    "type": "object",
                    "minProperties": 1,
                    "propertyNames": {"pattern": "^[1-5][0-9]{2}$"},
                    "additionalProperties": {
                        "type": "object",
                        "required": ["description"],
                        "properties": {"content": {"$ref": "#/$defs/content"}},
                    },
                },
            },
        },
    },
}
