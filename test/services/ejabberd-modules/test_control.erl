%% What tests ask of the server that no client can, as HTTP requests on its loopback port.
-module(test_control).
-export([process/2]).

%% What Mnesia acknowledges lies for up to two seconds in a cache of the log.
process([<<"flush">>], _Request) ->
    ok = mnesia:sync_log(),
    {200, [], <<"flushed">>}.
