// The description of the interface, drawn by Swagger UI from the project's own address; nothing comes from outside.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const place = document.getElementById("operations");
  if (!place || typeof SwaggerUIBundle === "undefined") return;
  SwaggerUIBundle({
    url: place.dataset.description,
    domNode: place,
    presets: [SwaggerUIBundle.presets.apis],
    layout: "BaseLayout",
    docExpansion: "list",
    defaultModelsExpandDepth: -1,
    deepLinking: true,
    validatorUrl: null,
  });
});
