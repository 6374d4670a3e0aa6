local typedefs = require "kong.db.schema.typedefs"

return {
  name = "rafaga-token",
  fields = {
    { consumer = typedefs.no_consumer },
    { protocols = typedefs.protocols_http },
    {
      config = {
        type = "record",
        fields = {
          { realm = { type = "string", default = "rafaga" } },
        },
      },
    },
  },
}
