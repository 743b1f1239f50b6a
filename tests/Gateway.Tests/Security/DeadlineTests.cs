using System.Net;
using System.Net.Http.Json;
using AudioOrleans.Gateway.Problems;
using AudioOrleans.Gateway.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace AudioOrleans.Gateway.Tests.Security;

public sealed class DeadlineTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(1);

    private sealed record Body(string Name);

    [Fact]
    public async Task A_request_that_takes_too_long_gets_a_503()
    {
        await using var app = await StartAsync();
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(app.Urls.First()) };
        using var response = await client.PostAsJsonAsync("/slow", new Body("x"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        Assert.NotNull(response.Headers.RetryAfter);
        using var get = await client.GetAsync(new Uri("/slow", UriKind.Relative));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, get.StatusCode);
    }

    [Fact]
    public async Task An_endless_response_has_no_deadline()
    {
        await using var app = await StartAsync();
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(app.Urls.First()) };
        Assert.Equal("\"done\"", await client.GetStringAsync(new Uri("/endless", UriKind.Relative)));
    }

    private static async Task<WebApplication> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection([new("Timeouts:Request", $"{Deadline:c}")]);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddProblemJson().AddRequestDeadlines(builder.Configuration);
        var app = builder.Build();
        app.UseRouting();
        app.UseRequestDeadlines();
        app.MapGet("/slow", (HttpContext context) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted));
        app.MapPost("/slow", (Body _, HttpContext context) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted));
        app.MapGet("/endless", async (HttpContext context) =>
        {
            await Task.Delay(Deadline * 2, TimeProvider.System, context.RequestAborted);
            return TypedResults.Ok("done");
        }).WithoutDeadline();
        await app.StartAsync();
        return app;
    }
}
