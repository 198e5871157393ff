"""What callers say of a call after it."""

from crm_core.surveys.verbs import Score, SurveyFigures, keep_score, survey_figures

__all__ = ["Score", "SurveyFigures", "keep_score", "survey_figures"]
