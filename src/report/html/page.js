"use strict";
(function () {
  var form = document.getElementById("filter");
  if (!form) return;
  var items = Array.prototype.slice.call(document.querySelectorAll("article[data-rule]"));
  var count = document.getElementById("count");
  function apply() {
    var text = form.elements.text.value.toLowerCase();
    var severity = form.elements.severity.value;
    var rule = form.elements.rule.value;
    var shown = 0;
    items.forEach(function (item) {
      var fits = (!severity || item.dataset.severity === severity)
        && (!rule || item.dataset.rule === rule)
        && (!text || item.textContent.toLowerCase().indexOf(text) >= 0);
      item.hidden = !fits;
      if (fits) shown += 1;
    });
    count.textContent = shown + " of " + items.length + " findings";
  }
  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("reset", function () { setTimeout(apply, 0); });
  apply();
}());
