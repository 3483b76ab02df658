-- Any account may create nodes of this pub-sub service, not only its admins.
local service = module:depends("pubsub").service;

-- The table is shared by all services, PEP's too: ours gets a copy.
local capabilities = {};
for affiliation, allowed in pairs(service.config.capabilities) do
	capabilities[affiliation] = setmetatable({}, { __index = allowed });
end
capabilities.none.create = true;
capabilities.member.create = true;
service.config.capabilities = capabilities;
