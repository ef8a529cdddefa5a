"""单位与人员: units, officers, roles, and the one place that decides who may do what."""
