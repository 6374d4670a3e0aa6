local typedefs = require "kong.db.schema.typedefs"

return {
  name = "rafaga-retry-after",
  fields = {
    { consumer = typedefs.no_consumer },
    { protocols = typedefs.protocols_http },
    {
      config = {
        type = "record",
        fields = {
          { unavailable_seconds = { type = "integer", default = 5, between = { 1, 3600 } } },
        },
      },
    },
  },
}
