using System.Net;
using AudioOrleans.Gateway.Authentication;
using Microsoft.AspNetCore.Http;

namespace AudioOrleans.Gateway.Tests.Authentication;

public sealed class FailedKeysTests
{
    [Fact]
    public void After_sixty_wrong_keys_a_network_is_blocked_for_a_while_and_others_are_not()
    {
        using var failed = new FailedKeys();
        var (guesser, other) = (From("203.0.113.7"), From("203.0.113.8"));
        for (var i = 0; i < 60; i++)
        {
            Assert.True(failed.MayLook(guesser));
            failed.Count(guesser);
        }
        Assert.False(failed.MayLook(guesser));
        Assert.True(failed.MayLook(other));
        Assert.True(failed.MayLook(new DefaultHttpContext())); // The operator's socket.
    }

    [Fact]
    public void A_client_cannot_evade_the_limit_within_its_IPv6_network()
    {
        using var failed = new FailedKeys();
        for (var i = 0; i < 60; i++)
            failed.Count(From($"2001:db8::{i:x}"));
        Assert.False(failed.MayLook(From("2001:db8::ffff")));
        Assert.True(failed.MayLook(From("2001:db8:0:1::1")));
    }

    private static DefaultHttpContext From(string address) => new() { Connection = { RemoteIpAddress = IPAddress.Parse(address) } };
}
