"""政策: the pages of policies, whom they are for, and their lists."""
