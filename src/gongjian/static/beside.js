// A row's page: the rows before and after it in the list the reader came from, as that list left them in this tab.
(function () {
  "use strict";
  var here = document.querySelector("[data-entry]");
  var box = document.querySelector("[data-beside]");
  if (!here || !box) return;
  var list = null;
  try { list = JSON.parse(sessionStorage.getItem("list:" + here.dataset.register)); } catch (error) { list = null; }
  if (!list || !Array.isArray(list.ids)) return;
  var at = list.ids.map(String).indexOf(here.dataset.entry);
  if (at < 0) return;
  function link(text, href, title) {
    var made = document.createElement("a");
    made.textContent = text;
    made.href = href;
    made.title = title;
    box.append(made);
  }
  var base = "/registers/" + here.dataset.register + "/";
  if (at > 0) link("‹ 上一条", base + list.ids[at - 1] + "/", "来时列表中的上一条");
  if (typeof list.address === "string" && list.address.indexOf(base) === 0) link("列表", list.address, "回到来时的列表");
  if (at < list.ids.length - 1) link("下一条 ›", base + list.ids[at + 1] + "/", "来时列表中的下一条");
  box.hidden = false;
})();
