// Small comforts of the task table and the reports: what was changed is marked; last month's words can be copied.
(function () {
  "use strict";
  var assign = document.getElementById("assign");
  if (assign) assign.addEventListener("input", function (event) {
    var row = event.target.closest("tr");
    if (row) row.classList.add("dirty");
    var note = document.getElementById("changed");
    if (note) note.textContent = "有 " + assign.querySelectorAll("tr.dirty").length + " 行尚未保存";
  });
  document.querySelectorAll("[data-copy]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      var field = document.getElementById(button.dataset.copy);
      field.value = button.dataset.words;
      field.focus();
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
  });
  var reports = document.getElementById("reports-form"), isDirty = false;
  if (reports) {
    reports.addEventListener("input", function (event) {
      isDirty = true;
      var row = event.target.closest(".report-row");
      var note = row && row.querySelector(".unsaved");
      if (note) note.hidden = false;
    });
    reports.addEventListener("submit", function () { isDirty = false; });
    window.addEventListener("beforeunload", function (event) { if (isDirty) { event.preventDefault(); event.returnValue = ""; } });
  }
})();
