"""人才项目认定事项: what a named person found of a talent project and its team that no other register records.

A team's rules ask for counts and ages that stand in its application (核心成员, 青年成员, 院士成员): whoever checked it writes
them here, with name and date, and 双创团队 is judged by them.
"""

from __future__ import annotations

from django.db import models

from gongjian.drives.innovation.talents import TalentProject
from gongjian.ground.assessments import Finding, findings, talent_items
from gongjian.ground.facts_people import PROJECT_ASSESSED, PROJECTS


@findings(PROJECT_ASSESSED, "project", "项目名称", "人才项目", filters=("project__stage",))
class TalentAssessment(Finding):
    """A finding on a talent project."""

    FACTS = PROJECTS

    project = models.ForeignKey(TalentProject, models.PROTECT, related_name="assessments", verbose_name="项目")
    item = models.CharField("认定事项", max_length=40, choices=talent_items)

    class Meta:
        verbose_name = "人才项目认定事项"
