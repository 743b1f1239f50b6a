using System.Net;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Security;

[Collection(DefendedPlatformGroup.Name)]
public sealed class RateLimitTests(DefendedPlatform defended)
{
    private const string Login = "/v1/auth/login";
    private const string Streams = "/v1/streams";

    /// <summary>An empty bucket may have been refilled by a few tokens since it was found empty.</summary>
    private const int Refilled = 5;

    private static readonly object Nobody = new { };

    [Fact]
    public async Task An_address_can_use_the_limit_of_a_minute_and_then_has_to_wait()
    {
        var (allowed, refusal) = await UntilRefusedAsync(() => defended.SendAsync("198.51.100.1", Login, Nobody));
        using (refusal)
        {
            var problem = await refusal.ProblemAsync(HttpStatusCode.TooManyRequests);
            Assert.Equal("Too many requests; wait before the next one", (string)problem["error"]!);
            Assert.InRange(refusal.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3));
        }
        Assert.True(allowed >= DefendedPlatform.Limit);
        using var other = await defended.SendAsync("198.51.100.2", Login, Nobody);
        Assert.Equal(HttpStatusCode.Unauthorized, other.StatusCode);
    }

    [Fact]
    public async Task A_caller_that_waits_for_the_Retry_After_is_accepted()
    {
        var (_, refusal) = await UntilRefusedAsync(() => defended.SendAsync("198.51.100.3", Login, Nobody));
        using (refusal)
        {
            var start = TimeProvider.System.GetTimestamp();
            var wait = refusal.Headers.RetryAfter!.Delta!.Value;
            await Eventually.That(() => TimeProvider.System.GetElapsedTime(start) >= wait, TimeSpan.FromSeconds(10), "the wait is over");
        }
        using var again = await defended.SendAsync("198.51.100.3", Login, Nobody);
        Assert.Equal(HttpStatusCode.Unauthorized, again.StatusCode);
    }

    [Fact]
    public async Task An_untrusted_client_cannot_evade_the_limit_with_made_up_addresses()
    {
        using var stranger = defended.NewStranger();
        var count = 0;
        var (_, refusal) = await UntilRefusedAsync(() => defended.SendAsync($"203.0.113.{++count}", Login, Nobody, client: stranger));
        refusal.Dispose();
    }

    [Fact]
    public async Task A_client_behind_a_trusted_proxy_cannot_evade_the_limit_with_made_up_addresses()
    {
        // The proxies, one at 10.1.2.3 and one at 127.0.0.1, append to the header; the client sent what comes before.
        var count = 0;
        var (_, refusal) = await UntilRefusedAsync(() => defended.SendAsync($"203.0.113.{++count}, 198.51.100.4, 10.1.2.3", Login, Nobody));
        refusal.Dispose();
        using var other = await defended.SendAsync("198.51.100.11, 10.1.2.3", Login, Nobody);
        Assert.Equal(HttpStatusCode.Unauthorized, other.StatusCode);
    }

    [Fact]
    public async Task Without_a_trusted_proxy_forwarded_addresses_are_ignored()
    {
        await using var alone = await PlatformProcess.StartAsync(new Dictionary<string, string?> { ["RateLimits__Credentials"] = "10" });
        var count = 0;
        var (_, refusal) = await UntilRefusedAsync(() => defended.SendAsync($"203.0.113.{++count}", Login, Nobody, client: alone.Client));
        refusal.Dispose();
    }

    [Fact]
    public async Task An_IPv6_network_counts_as_one_client()
    {
        var count = 0;
        var (_, refusal) = await UntilRefusedAsync(() => defended.SendAsync($"2001:db8:1:1::{++count:x}", Login, Nobody));
        refusal.Dispose();
        using var other = await defended.SendAsync("2001:db8:1:2::1", Login, Nobody);
        Assert.Equal(HttpStatusCode.Unauthorized, other.StatusCode);
    }

    [Fact]
    public async Task An_IPv4_mapped_IPv6_address_counts_as_its_IPv4_address()
    {
        var (_, refusal) = await UntilRefusedAsync(() => defended.SendAsync("198.51.100.5", Login, Nobody));
        refusal.Dispose();
        var (allowed, mapped) = await UntilRefusedAsync(() => defended.SendAsync("::ffff:198.51.100.5", Login, Nobody));
        mapped.Dispose();
        Assert.InRange(allowed, 0, Refilled);
        using var other = await defended.SendAsync("::ffff:198.51.100.6", Login, Nobody);
        Assert.Equal(HttpStatusCode.Unauthorized, other.StatusCode);
    }

    [Fact]
    public async Task Accounts_at_one_address_do_not_share_a_limit()
    {
        using var one = await Dj.RegisterAsync(defended.Platform);
        using var two = await Dj.RegisterAsync(defended.Platform);
        var (_, refusal) = await UntilRefusedAsync(() => defended.SendAsync("198.51.100.7", Streams, Nobody, one));
        await refusal.ProblemAsync(HttpStatusCode.TooManyRequests);
        refusal.Dispose();
        var (allowed, elsewhere) = await UntilRefusedAsync(() => defended.SendAsync("198.51.100.8", Streams, Nobody, one));
        elsewhere.Dispose();
        Assert.InRange(allowed, 0, Refilled);
        using var other = await defended.SendAsync("198.51.100.7", Streams, Nobody, two);
        Assert.Equal(HttpStatusCode.BadRequest, other.StatusCode);
    }

    [Fact]
    public async Task Requests_without_a_token_are_counted_before_they_are_refused()
    {
        var (_, refusal) = await UntilRefusedAsync(() => defended.SendAsync("198.51.100.9", Streams, Nobody));
        refusal.Dispose();
    }

    [Fact]
    public async Task Reads_have_their_own_limit_which_does_not_apply_to_media_health_and_pages()
    {
        const string client = "198.51.100.10";
        var (allowed, refusal) = await UntilRefusedAsync(() => defended.SendAsync(client, Streams));
        refusal.Dispose();
        Assert.True(allowed >= DefendedPlatform.Limit);
        using (var write = await defended.SendAsync(client, Streams, Nobody))
            Assert.Equal(HttpStatusCode.Unauthorized, write.StatusCode);
        using (var login = await defended.SendAsync(client, Login, Nobody))
            Assert.Equal(HttpStatusCode.Unauthorized, login.StatusCode);
        var media = $"/v1/streams/{Guid.NewGuid()}";
        foreach (var path in new[] { $"{media}/live.m3u8", $"{media}/segments/1.ts", $"{media}/live.mp3", $"{media}/live.aac", "/v1/health", "/healthz", "/.well-known/jwks.json", "/", "/swagger/index.html" })
        {
            for (var i = 0; i < DefendedPlatform.Limit * 2; i++)
            {
                using var response = await defended.SendAsync(client, path);
                Assert.NotEqual(HttpStatusCode.TooManyRequests, response.StatusCode);
            }
        }
    }

    /// <summary>Sends requests until one is refused; returns how many were allowed.</summary>
    private static async Task<(int Allowed, HttpResponseMessage Refusal)> UntilRefusedAsync(Func<Task<HttpResponseMessage>> send)
    {
        // The bucket refills while requests are sent.
        for (var allowed = 0; allowed < DefendedPlatform.Limit * 4; allowed++)
        {
            var response = await send();
            if (response.StatusCode == HttpStatusCode.TooManyRequests)
                return (allowed, response);
            Assert.NotEqual(HttpStatusCode.InternalServerError, response.StatusCode);
            response.Dispose();
        }
        throw new InvalidOperationException("No request was refused.");
    }
}
