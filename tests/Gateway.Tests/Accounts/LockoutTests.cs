using System.Net;
using System.Net.Http.Json;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Accounts;

/// <summary>Failed logins by network address; those by e-mail address are in <see cref="AccountTests"/>.</summary>
public sealed class LockoutTests
{
    [Fact]
    public async Task Only_the_network_that_tries_many_addresses_has_to_wait()
    {
        await using var platform = await PlatformProcess.StartAsync(new Dictionary<string, string?>
        {
            ["Login__FailuresPerNetwork"] = "6",
            ["Proxies__Trusted__0"] = "127.0.0.1",
        });
        using var dj = await Dj.RegisterAsync(platform);
        // Concurrent attempts cannot exceed the limit; successful logins do not count.
        using (var good = await FromAsync("203.0.113.7", dj.Email))
            await good.JsonAsync(HttpStatusCode.OK);
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => FromAsync("203.0.113.7", $"nobody{i}@example.org")));
        Assert.Equal(6, answers.Count(answer => answer.StatusCode == HttpStatusCode.Unauthorized));
        Assert.Equal(6, answers.Count(answer => answer.StatusCode == HttpStatusCode.TooManyRequests));
        Assert.All(answers.Where(answer => answer.StatusCode == HttpStatusCode.TooManyRequests), answer =>
            Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromMinutes(13), TimeSpan.FromMinutes(15)));

        using var paused = await FromAsync("203.0.113.7", dj.Email);
        await paused.ProblemAsync(HttpStatusCode.TooManyRequests);
        using var elsewhere = await FromAsync("203.0.113.8", dj.Email);
        await elsewhere.JsonAsync(HttpStatusCode.OK);

        async Task<HttpResponseMessage> FromAsync(string address, string email)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/auth/login") { Content = JsonContent.Create(new { email, password = Dj.Password }) };
            request.Headers.Add("X-Forwarded-For", address);
            return await platform.Client.SendAsync(request);
        }
    }
}
