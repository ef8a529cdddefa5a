"""The kernel's tables, one noun per folder."""

from gongjian.kernel.evidence.models import Evidence, StoredFile
from gongjian.kernel.indicators.models import StoredStanding
from gongjian.kernel.people.models import Act, Officer, Token, Unit, Zone
from gongjian.kernel.plan.models import Commitment, Consultation, Passage, Plan, Share, Target
from gongjian.kernel.registers.models import Batch, Draft, LearnedHead, NotDuplicate, SavedView, StageMove
from gongjian.kernel.reports.models import Reported
from gongjian.kernel.rulebooks.models import Judgement, Override, Watermark, ZoneFigure

__all__ = [
    "Act",
    "Batch",
    "Commitment",
    "Consultation",
    "Draft",
    "Evidence",
    "Judgement",
    "LearnedHead",
    "NotDuplicate",
    "Officer",
    "Override",
    "Passage",
    "Plan",
    "Reported",
    "SavedView",
    "Share",
    "StageMove",
    "StoredFile",
    "StoredStanding",
    "Target",
    "Token",
    "Unit",
    "Watermark",
    "Zone",
    "ZoneFigure",
]
