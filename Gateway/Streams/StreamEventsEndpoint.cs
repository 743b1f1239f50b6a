using System.Text.Json;
using AudioOrleans.Gateway.Access;
using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Gateway.Hosting;
using AudioOrleans.Gateway.Live;
using AudioOrleans.Grains.Interfaces.Streams;

namespace AudioOrleans.Gateway.Streams;

/// <summary><c>GET /v1/streams/{id}/events</c>: server-sent events (WHATWG HTML, section 9.2).</summary>
public static class StreamEventsEndpoint
{
    /// <summary>A comment at this interval keeps proxies from closing an idle connection.</summary>
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    /// <summary>Sends the current state, and then each change.</summary>
    public static async Task<IResult> GetAsync(Guid streamId, HttpContext context, StreamWatch watch, StreamAccessCache accessCache, AccessPolicy policy, Revocation revocation, TimeProvider time)
    {
        if (await policy.RefuseAsync(streamId, await accessCache.FindAsync(streamId), context.User) is { } refusal)
            return refusal;
        using var subscription = await watch.SubscribeAsync(streamId);
        if (subscription is null)
            return TypedResults.NotFound();
        using var watched = revocation.Watch(context);
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        try
        {
            await SendAsync(streamId, context, subscription, policy, time);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The listener has disconnected; there is nobody to send an error to.
        }
        return TypedResults.Empty;
    }

    private static async Task SendAsync(Guid streamId, HttpContext context, StreamWatch.Subscription subscription, AccessPolicy policy, TimeProvider time)
    {
        var stopping = context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        StreamChange? last = null;
        while (!stopping.IsCancellationRequested && (last is null || last.Access is not null))
        {
            using var quiet = new CancellationTokenSource(KeepAlive, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(quiet.Token, end.Token);
            try
            {
                var change = await subscription.Changes.ReadAsync(either.Token);
                // A listener whose invitation is revoked gets no further events.
                if (change.Access is { } access && await policy.RefuseAsync(streamId, access, context.User) is not null)
                    return;
                await WriteChangesAsync(context.Response, last, change, context.RequestAborted);
                last = change;
            }
            catch (OperationCanceledException) when (quiet.IsCancellationRequested)
            {
                await context.Response.WriteAsync(": still here\n\n", context.RequestAborted);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }

    private static async Task WriteChangesAsync(HttpResponse response, StreamChange? last, StreamChange change, CancellationToken cancellationToken)
    {
        if (last?.State != change.State)
            await WriteAsync(response, "state", new { State = change.State }, cancellationToken);
        if (last is null || last.CurrentTrack != change.CurrentTrack)
            await WriteAsync(response, "now_playing", new { CurrentTrack = change.CurrentTrack }, cancellationToken);
        if (last?.Listeners != change.Listeners)
            await WriteAsync(response, "listeners", new { Listeners = change.Listeners }, cancellationToken);
    }

    private static Task WriteAsync(HttpResponse response, string name, object data, CancellationToken cancellationToken) =>
        response.WriteAsync($"event: {name}\ndata: {JsonSerializer.Serialize(data, Json.Options)}\n\n", cancellationToken);
}
