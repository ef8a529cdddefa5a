"""The kernel's tables, one noun per folder."""

from gongjian.kernel.evidence.models import Evidence, StoredFile
from gongjian.kernel.indicators.models import StoredStanding
from gongjian.kernel.people.models import Act, Officer, Unit, Zone
from gongjian.kernel.plan.models import Commitment, Consultation, Passage, Plan, Share, Target
from gongjian.kernel.registers.models import ImportBatch, StageMove
from gongjian.kernel.reports.models import Reported

__all__ = [
    "Act",
    "Commitment",
    "Consultation",
    "Evidence",
    "ImportBatch",
    "Officer",
    "Passage",
    "Plan",
    "Reported",
    "Share",
    "StageMove",
    "StoredFile",
    "StoredStanding",
    "Target",
    "Unit",
    "Zone",
]
