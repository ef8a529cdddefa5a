// Import pages: a file dropped on the box, cells pasted with their layout, a column mapped twice seen at once.
// Without this file a file is chosen by clicking, cells come in as text, and the server says what is mapped twice.
(function () {
  "use strict";
  var HTML_MOST = 6000000; // characters; more than that the server does not take, and the plain text says the same
  document.querySelectorAll("[data-drop]").forEach(function (box) {
    var input = box.querySelector("input[type=file]");
    var lead = box.querySelector(".lead");
    box.classList.add("live");
    function tell() {
      if (!input.files.length) return;
      lead.textContent = input.files[0].name;
      box.classList.add("filled");
    }
    ["dragenter", "dragover"].forEach(function (kind) {
      box.addEventListener(kind, function (event) { event.preventDefault(); box.classList.add("over"); });
    });
    ["dragleave", "drop"].forEach(function (kind) {
      box.addEventListener(kind, function (event) { event.preventDefault(); box.classList.remove("over"); });
    });
    box.addEventListener("drop", function (event) {
      if (!event.dataTransfer.files.length) return;
      input.files = event.dataTransfer.files;
      tell();
    });
    input.addEventListener("change", tell);
    tell();
  });
  document.querySelectorAll("[data-paste]").forEach(function (area) {
    var html = area.form.querySelector("[data-clipboard]");
    var told = area.form.querySelector("[data-pasted]");
    area.addEventListener("paste", function (event) {
      var rich = event.clipboardData.getData("text/html");
      html.value = rich && rich.indexOf("<t") > -1 && rich.length < HTML_MOST ? rich : "";
      var lines = event.clipboardData.getData("text/plain").split(/\r?\n/).filter(function (line) { return line.trim(); });
      told.textContent = "粘贴了 " + lines.length + " 行" + (html.value ? ",合并的单元格和格式一并带入。" : "。");
    });
    // once the text is edited by hand, the layout that came with the clipboard no longer says the same
    area.addEventListener("input", function (event) { if (event.inputType !== "insertFromPaste") html.value = ""; });
  });
  document.querySelectorAll("[data-mapping]").forEach(function (form) {
    var selects = Array.prototype.slice.call(form.querySelectorAll("select"));
    function look() {
      var seen = {};
      selects.forEach(function (one) { if (one.value) seen[one.value] = (seen[one.value] || 0) + 1; });
      selects.forEach(function (one) {
        var row = one.closest("tr");
        row.classList.toggle("out", !one.value);
        row.classList.toggle("twice", seen[one.value] > 1);
      });
    }
    form.addEventListener("change", look);
    look();
  });
})();
