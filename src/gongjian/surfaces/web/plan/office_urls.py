"""Addresses of import and versions, review, task table, consultation, and reported values."""

from django.urls import path, re_path

from gongjian.surfaces.web.plan import amend, consultation, imports, reports, review, tasks

urlpatterns = [
    path("plan/import/", imports.show, name="plan-import"),
    path("plan/versions/", imports.versions, name="plan-versions"),
    path("plan/<int:pk>/file/", imports.source, name="plan-file"),
    path("plan/<int:pk>/review/", review.show, name="plan-review"),
    path("plan/<int:pk>/review/add/", amend.add, name="review-add"),
    path("plan/<int:pk>/review/merge/", amend.merge, name="review-merge"),
    path("plan/<int:pk>/review/confirm-all/", review.confirm_all, name="review-confirm-all"),
    path("plan/<int:pk>/review/activate/", review.activate, name="review-activate"),
    path("review/<int:pk>/edit/", amend.edit, name="review-edit"),
    path("review/<int:pk>/split/", amend.split, name="review-split"),
    re_path(r"^review/(?P<pk>\d+)/(?P<verb>confirm|reject|reopen|owner)/$", review.act, name="review-act"),
    path("plan/<int:pk>/tasks/", tasks.show, name="plan-tasks"),
    path("plan/<int:pk>/tasks/assign/", tasks.assign, name="tasks-assign"),
    path("plan/<int:pk>/tasks/back/", tasks.take_back, name="tasks-back"),
    path("plan/<int:pk>/tasks.xlsx", tasks.export, name="tasks-sheet"),
    path("plan/<int:pk>/progress.xlsx", tasks.progress, name="progress-sheet"),
    path("plan/<int:pk>/consultation/", consultation.show, name="plan-consultation"),
    path("plan/<int:pk>/consultation/open/", consultation.begin, name="consultation-open"),
    path("plan/<int:pk>/consultation/answer/", consultation.answer, name="consultation-answer"),
    path("plan/<int:pk>/consultation/sign/", consultation.sign, name="consultation-sign"),
    path("consultation/<int:pk>/resolve/", consultation.resolve, name="consultation-resolve"),
    path("reports/", reports.show, name="reports"),
    path("reports/judge/", reports.judge, name="reports-judge"),
    path("commitment/<int:pk>/report/", reports.one, name="commitment-report"),
]
