using System.Text;
using AudioOrleans.Grains.Interfaces.Operations;

namespace AudioOrleans.Gateway.Operations;

/// <summary>Sends a stored response; the first response and every replay are identical, byte for byte.</summary>
public sealed class StoredResponseResult(StoredResponse answer, bool replayed) : IResult, IStatusCodeHttpResult
{
    /// <summary>The header that marks a response as the replay of an earlier one.</summary>
    public const string ReplayedHeader = "Idempotency-Replayed";

    /// <inheritdoc/>
    public int? StatusCode => answer.Status;

    /// <summary>The location of the created resource when the response is a replay; null otherwise.</summary>
    public string? ReplayedLocation => replayed ? answer.Location : null;

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = answer.Status;
        response.ContentType = answer.ContentType;
        response.Headers.Location = answer.Location;
        response.Headers.ETag = answer.EntityTag;
        if (replayed)
            response.Headers[ReplayedHeader] = "true";
        if (answer.Body.Length == 0)
            return;
        var body = Encoding.UTF8.GetBytes(answer.Body);
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, httpContext.RequestAborted);
    }

    /// <summary>Captures the complete response of a result without sending it.</summary>
    public static async Task<StoredResponse> CaptureAsync(HttpContext context, IResult result)
    {
        var response = context.Response;
        var (client, aborted) = (response.Body, context.RequestAborted);
        using var body = new MemoryStream();
        response.Body = body;
        // A client that has disconnected will repeat the request and must get the complete response.
        context.RequestAborted = CancellationToken.None;
        try
        {
            await result.ExecuteAsync(context);
            await response.BodyWriter.FlushAsync(CancellationToken.None);
        }
        finally
        {
            (response.Body, context.RequestAborted) = (client, aborted);
        }
        return new StoredResponse(
            response.StatusCode, response.ContentType, Encoding.UTF8.GetString(body.GetBuffer(), 0, (int)body.Length),
            Text(response.Headers.Location), Text(response.Headers.ETag));
    }

    private static string? Text(Microsoft.Extensions.Primitives.StringValues header) => header.Count == 0 ? null : header.ToString();
}
