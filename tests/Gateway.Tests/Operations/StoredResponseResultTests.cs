using System.Text;
using AudioOrleans.Gateway.Operations;
using AudioOrleans.Grains.Interfaces.Operations;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AudioOrleans.Gateway.Tests.Operations;

public sealed class StoredResponseResultTests
{
    [Fact]
    public async Task A_response_is_stored_completely_although_its_client_has_disconnected()
    {
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();
        var context = Context(out var sent);
        context.RequestAborted = gone.Token;
        var lines = Enumerable.Range(0, 20_000).Select(line => $"line {line}").ToList();
        foreach (var result in new IResult[] { TypedResults.Created("/v1/things/1", lines), new AbortableResult(lines) })
        {
            var answer = await StoredResponseResult.CaptureAsync(context, result);
            Assert.Equal((201, "/v1/things/1"), (answer.Status, answer.Location));
            Assert.EndsWith("\"line 19999\"]", answer.Body, StringComparison.Ordinal);
        }
        Assert.Equal(gone.Token, context.RequestAborted);
        Assert.Equal(0, sent.Length);
    }

    [Fact]
    public async Task A_stored_response_is_sent_unchanged()
    {
        var answer = new StoredResponse(201, "application/json; charset=utf-8", """{"name":"Radio Ö"}""", "/v1/things/1", "\"1-owner\"");
        var context = Context(out var sent);
        await new StoredResponseResult(answer, replayed: true).ExecuteAsync(context);
        Assert.Equal(answer.Body, Encoding.UTF8.GetString(sent.ToArray()));
        Assert.Equal(sent.Length, context.Response.ContentLength);
        Assert.Equal((201, answer.ContentType), (context.Response.StatusCode, context.Response.ContentType));
        Assert.Equal((answer.Location, answer.EntityTag, "true"), (
            context.Response.Headers.Location.ToString(), context.Response.Headers.ETag.ToString(), context.Response.Headers[StoredResponseResult.ReplayedHeader].ToString()));
    }

    private static DefaultHttpContext Context(out MemoryStream sent)
    {
        sent = new MemoryStream();
        return new DefaultHttpContext { RequestServices = new ServiceCollection().AddLogging().BuildServiceProvider(), Response = { Body = sent } };
    }

    /// <summary>Stops writing when the request is aborted, as results may do.</summary>
    private sealed class AbortableResult(IReadOnlyList<string> lines) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status201Created;
            httpContext.Response.Headers.Location = "/v1/things/1";
            return httpContext.Response.WriteAsJsonAsync(lines, httpContext.RequestAborted);
        }
    }
}
