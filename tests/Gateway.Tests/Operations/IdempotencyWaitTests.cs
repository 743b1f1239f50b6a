using System.Net;
using System.Net.Http.Json;
using AudioOrleans.Testing.Platforms;
using Npgsql;

namespace AudioOrleans.Gateway.Tests.Operations;

/// <summary>Takes half a minute, so it is a separate class that runs in parallel with others.</summary>
public sealed class IdempotencyWaitTests
{
    [Fact]
    public async Task A_repeat_that_waits_too_long_for_the_first_request_gets_a_Retry_After()
    {
        var shared = await SharedPlatform.GetAsync();
        using var first = await SendAsync(shared);
        await first.JsonAsync(HttpStatusCode.Created);
        // The state of the table while the first request is still running.
        await using var connection = new NpgsqlConnection(shared.Platform.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            "update operations set sealed_answer = null, lease_until = now() + interval '10 minutes' where key = 'waiting'", connection);
        Assert.Equal(1, await command.ExecuteNonQueryAsync());
        using var waited = await SendAsync(shared);
        await waited.ProblemAsync(HttpStatusCode.Conflict);
        Assert.InRange(waited.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(10));
    }

    private static async Task<HttpResponseMessage> SendAsync(SharedPlatform shared)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/streams")
        {
            Content = JsonContent.Create(new { name = "Slow", shoutcast_url = shared.Icecast.Url, mount = "/live" }),
        };
        request.Headers.Add("Idempotency-Key", "waiting");
        return await shared.Dj.Client.SendAsync(request);
    }
}
