"""Who is logged in: the account that a session names, with the unit, which every page tells."""

from __future__ import annotations

from django.contrib.auth.backends import ModelBackend

from gongjian.kernel.people.models import Officer


class Accounts(ModelBackend):
    """Django authentication backend: account and password; accounts no longer in use are let in nowhere."""

    def get_user(self, user_id: int) -> Officer | None:
        """The officer of a session, read together with the unit."""
        try:
            officer = Officer.objects.select_related("unit").get(pk=user_id)
        except Officer.DoesNotExist:
            return None
        return officer if self.user_can_authenticate(officer) else None
