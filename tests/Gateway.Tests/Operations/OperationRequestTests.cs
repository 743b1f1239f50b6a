using System.Net;
using System.Net.Http.Json;
using AudioOrleans.Gateway.Conventions;
using AudioOrleans.Gateway.Operations;
using AudioOrleans.Grains.Interfaces.Operations;
using AudioOrleans.Testing.Platforms;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace AudioOrleans.Gateway.Tests.Operations;

public sealed class OperationRequestTests
{
    [Fact]
    public async Task Requests_that_may_change_something_are_operations_and_the_others_are_reads()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.UseRouting();
        app.UseOperations();
        app.Map("/plain", Describe);
        app.MapGet("/act", Describe).WithAudit();
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        Assert.Equal("reads", await client.GetStringAsync("/plain"));
        // A browser is redirected there, and the request has an effect.
        var act = await client.GetStringAsync("/act");
        Assert.Equal(7, Guid.Parse(act).Version);
        foreach (var method in new[] { HttpMethod.Post, HttpMethod.Put, HttpMethod.Patch, HttpMethod.Delete })
        {
            using var answer = await client.SendAsync(new HttpRequestMessage(method, "/plain"));
            var operation = Guid.Parse(await answer.Content.ReadAsStringAsync());
            Assert.NotEqual(Guid.Parse(act), operation);
        }

        static string Describe(HttpContext context) => OperationContext.Current is { IsRepeat: false } operation && !OperationContext.IsReading
            ? operation.Id.ToString("D")
            : OperationContext.IsReading && OperationContext.Current is null ? "reads" : "neither";
    }

    [Fact]
    public async Task A_request_without_a_key_and_without_an_audit_entry_is_also_an_operation()
    {
        var shared = await SharedPlatform.GetAsync();
        var before = await CountAsync("IAccountSessionsGrain.Refresh");
        using var dj = await Dj.RegisterAsync(shared.Platform);
        using var refreshed = await dj.Client.PostAsJsonAsync("/v1/auth/refresh", new { refresh_token = (string)dj.Tokens["refresh_token"]! });
        await refreshed.JsonAsync(HttpStatusCode.OK);
        Assert.True(await CountAsync("IAccountSessionsGrain.Refresh") > before);

        async Task<long> CountAsync(string method)
        {
            await using var connection = new NpgsqlConnection(shared.Platform.ConnectionString);
            return await connection.ExecuteScalarAsync<long>("select count(*) from operations where key like @method || ' %' and sealed_answer is not null", new { method });
        }
    }

    [Fact]
    public async Task A_key_that_was_created_before_the_gateway_crashed_is_returned_to_the_repeat()
    {
        var shared = await SharedPlatform.GetAsync();
        var key = Guid.NewGuid().ToString("N");
        using var first = await CreateAsync(shared, key);
        var made = await first.JsonAsync(HttpStatusCode.Created);
        // The state of the tables when the grain has responded and the gateway has not.
        Assert.Equal(1, await ChangeAsync(shared, "update operations set sealed_answer = null, lease_until = now() where key = @key", key));
        using var second = await CreateAsync(shared, key);
        Assert.Equal(made.ToString(), (await second.JsonAsync(HttpStatusCode.Created)).ToString());
    }

    [Fact]
    public async Task If_the_result_of_the_grain_is_lost_too_the_repeat_reports_it_and_creates_no_other_key()
    {
        var shared = await SharedPlatform.GetAsync();
        var key = Guid.NewGuid().ToString("N");
        using var first = await CreateAsync(shared, key);
        await first.JsonAsync(HttpStatusCode.Created);
        Assert.Equal(1, await ChangeAsync(
            shared, "update operations set sealed_answer = null where scope = (select 'operation/' || operation_id from operations where key = @key)", key));
        Assert.Equal(1, await ChangeAsync(shared, "update operations set sealed_answer = null, lease_until = now() where key = @key", key));
        for (var i = 0; i < 2; i++)
        {
            using var repeat = await CreateAsync(shared, key);
            var problem = await repeat.ProblemAsync(HttpStatusCode.Conflict);
            Assert.Contains("answer was lost", (string)problem["detail"]!, StringComparison.Ordinal);
        }
    }

    private static async Task<HttpResponseMessage> CreateAsync(SharedPlatform shared, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/api-keys") { Content = JsonContent.Create(new { name = "Mixer", scopes = new[] { "streams:read" } }) };
        request.Headers.Add(Idempotency.Header, key);
        return await shared.Dj.Client.SendAsync(request);
    }

    private static async Task<int> ChangeAsync(SharedPlatform shared, string sql, string key)
    {
        await using var connection = new NpgsqlConnection(shared.Platform.ConnectionString);
        return await connection.ExecuteAsync(sql, new { key });
    }
}
