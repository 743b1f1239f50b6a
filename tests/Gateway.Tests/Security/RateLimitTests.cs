using System.Net;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Security;

[Collection(DefendedPlatformGroup.Name)]
public sealed class RateLimitTests(DefendedPlatform defended)
{
    private const string Login = "/v1/auth/login";
    private const string Streams = "/v1/streams";

    /// <summary>An empty bucket may have got a request or two since it was found empty.</summary>
    private const int AFew = 5;

    private static readonly object Nobody = new { };

    [Fact]
    public async Task An_address_may_log_in_a_minutes_worth_of_times_and_then_has_to_wait()
    {
        var (let, refusal) = await UntilRefusedAsync(() => defended.SendAsync("198.51.100.1", Login, Nobody));
        using (refusal)
        {
            var problem = await refusal.ProblemAsync(HttpStatusCode.TooManyRequests);
            Assert.Equal("Too many requests; wait before the next", (string)problem["error"]!);
            Assert.InRange(refusal.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3));
        }
        Assert.True(let >= DefendedPlatform.Limit);
        using var other = await defended.SendAsync("198.51.100.2", Login, Nobody);
        Assert.Equal(HttpStatusCode.Unauthorized, other.StatusCode);
    }

    [Fact]
    public async Task A_caller_that_waits_as_long_as_it_was_told_is_let_in()
    {
        var (_, refusal) = await UntilRefusedAsync(() => defended.SendAsync("198.51.100.3", Login, Nobody));
        using (refusal)
        {
            var start = TimeProvider.System.GetTimestamp();
            var wait = refusal.Headers.RetryAfter!.Delta!.Value;
            await Eventually.That(() => TimeProvider.System.GetElapsedTime(start) >= wait, TimeSpan.FromSeconds(10), "the time is over");
        }
        using var again = await defended.SendAsync("198.51.100.3", Login, Nobody);
        Assert.Equal(HttpStatusCode.Unauthorized, again.StatusCode);
    }

    [Fact]
    public async Task Who_is_no_trusted_proxy_does_not_escape_by_making_addresses_up()
    {
        using var stranger = defended.NewStranger();
        var count = 0;
        var (_, refusal) = await UntilRefusedAsync(() => defended.SendAsync($"203.0.113.{++count}", Login, Nobody, client: stranger));
        refusal.Dispose();
    }

    [Fact]
    public async Task Who_is_behind_a_trusted_proxy_does_not_escape_by_making_addresses_up()
    {
        // The proxies, one at 10.1.2.3 and one at 127.0.0.1, add at the end; what stands before is the client's own.
        var count = 0;
        var (_, refusal) = await UntilRefusedAsync(() => defended.SendAsync($"203.0.113.{++count}, 198.51.100.4, 10.1.2.3", Login, Nobody));
        refusal.Dispose();
        using var other = await defended.SendAsync("198.51.100.11, 10.1.2.3", Login, Nobody);
        Assert.Equal(HttpStatusCode.Unauthorized, other.StatusCode);
    }

    [Fact]
    public async Task Without_a_trusted_proxy_nobodys_word_is_taken()
    {
        await using var alone = await PlatformProcess.StartAsync(new Dictionary<string, string?> { ["RateLimits__Credentials"] = "10" });
        var count = 0;
        var (_, refusal) = await UntilRefusedAsync(() => defended.SendAsync($"203.0.113.{++count}", Login, Nobody, client: alone.Client));
        refusal.Dispose();
    }

    [Fact]
    public async Task A_network_of_ipv6_is_one_client()
    {
        var count = 0;
        var (_, refusal) = await UntilRefusedAsync(() => defended.SendAsync($"2001:db8:1:1::{++count:x}", Login, Nobody));
        refusal.Dispose();
        using var other = await defended.SendAsync("2001:db8:1:2::1", Login, Nobody);
        Assert.Equal(HttpStatusCode.Unauthorized, other.StatusCode);
    }

    [Fact]
    public async Task An_ipv4_address_is_the_same_client_when_it_is_written_as_ipv6()
    {
        var (_, refusal) = await UntilRefusedAsync(() => defended.SendAsync("198.51.100.5", Login, Nobody));
        refusal.Dispose();
        var (let, mapped) = await UntilRefusedAsync(() => defended.SendAsync("::ffff:198.51.100.5", Login, Nobody));
        mapped.Dispose();
        Assert.InRange(let, 0, AFew);
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
        var (let, elsewhere) = await UntilRefusedAsync(() => defended.SendAsync("198.51.100.8", Streams, Nobody, one));
        elsewhere.Dispose();
        Assert.InRange(let, 0, AFew);
        using var other = await defended.SendAsync("198.51.100.7", Streams, Nobody, two);
        Assert.Equal(HttpStatusCode.BadRequest, other.StatusCode);
    }

    [Fact]
    public async Task Who_has_no_token_is_counted_before_being_refused()
    {
        var (_, refusal) = await UntilRefusedAsync(() => defended.SendAsync("198.51.100.9", Streams, Nobody));
        refusal.Dispose();
    }

    [Fact]
    public async Task Reads_have_a_limit_of_their_own_which_media_health_and_pages_do_not_touch()
    {
        const string client = "198.51.100.10";
        var (let, refusal) = await UntilRefusedAsync(() => defended.SendAsync(client, Streams));
        refusal.Dispose();
        Assert.True(let >= DefendedPlatform.Limit);
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

    /// <summary>Sends until a request is refused; says how many were let through.</summary>
    private static async Task<(int Let, HttpResponseMessage Refusal)> UntilRefusedAsync(Func<Task<HttpResponseMessage>> send)
    {
        // A bucket fills while we send.
        for (var let = 0; let < DefendedPlatform.Limit * 4; let++)
        {
            var response = await send();
            if (response.StatusCode == HttpStatusCode.TooManyRequests)
                return (let, response);
            Assert.NotEqual(HttpStatusCode.InternalServerError, response.StatusCode);
            response.Dispose();
        }
        throw new InvalidOperationException("None was refused.");
    }
}
