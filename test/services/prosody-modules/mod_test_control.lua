-- What tests ask of the server that no client can, as HTTP requests on its loopback port.
local formdecode = require "util.http".formdecode;
local usermanager = require "core.usermanager";
local datamanager = require "util.datamanager";
local parse = require "util.xml".parse;
local st = require "util.stanza";
local now = require "util.time".now;

module:depends("http");

local function answer(event, code, text)
	event.response.status_code = code;
	return text;
end

module:provides("http", {
	default_path = "/control";
	route = {
		["POST /register"] = function (event)
			local form = formdecode(event.request.body);
			if usermanager.user_exists(form.name, module.host) then return answer(event, 409, "exists"); end
			local ok, err = usermanager.create_user(form.name, form.password, module.host);
			return ok and "registered" or answer(event, 500, tostring(err));
		end;
		["POST /kick"] = function (event)
			local form = formdecode(event.request.body);
			local user = prosody.hosts[module.host].sessions[form.name];
			local session = user and user.sessions[form.resource];
			if not session then return answer(event, 404, "no session"); end
			session:close({ condition = "policy-violation", text = "kicked" });
			return "kicked";
		end;
		-- A publication writes the whole list anew: thousands are written at once instead.
		["POST /fill"] = function (event)
			local form = formdecode(event.request.body);
			local list = {};
			for item in parse(form.items):childtags("item") do
				local value = st.preserialize(item.tags[1]);
				value.key, value.when, value.with = item.attr.id, now(), form.publisher;
				list[#list + 1] = value;
			end
			local ok, err = datamanager.list_store(nil, "pubsub."..module.host, "pubsub_"..form.node, list);
			return ok and "filled" or answer(event, 500, tostring(err));
		end;
	};
});

module:hook_global("server-started", function ()
	module:log("info", "all modules are loaded");
end);
