using System.Globalization;
using AudioOrleans.RelayHost.Hls;
using AudioOrleans.RelayHost.Progressive;
using AudioOrleans.RelayHost.Relays;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AudioOrleans.RelayHost.Nodes;

/// <summary>
/// Serves this node's relays to the other nodes, on a port of its own: see <see cref="NodeProtocol"/>. Callers without the cluster's secret get no
/// information.
/// </summary>
public sealed class NodeServer(string secret, RelayDirectory relays, TimeProvider time)
{
    /// <summary>A source's initial burst has arrived after this time.</summary>
    private static readonly TimeSpan BurstWait = TimeSpan.FromMilliseconds(250);

    /// <summary>Handles a request of another node.</summary>
    public Task HandleAsync(HttpContext context)
    {
        if (!NodeProtocol.IsSecret(context.Request.Headers[NodeProtocol.Secret], secret))
            return Refuse(context, StatusCodes.Status401Unauthorized);
        var path = context.Request.Path.Value!;
        if (!path.StartsWith(NodeProtocol.Prefix, StringComparison.Ordinal)
            || path[NodeProtocol.Prefix.Length..].Split('/') is not [var id, var part]
            || !Guid.TryParseExact(id, "D", out var streamId)
            || relays.Find(streamId) is not { } relay)
        {
            return Refuse(context, StatusCodes.Status404NotFound);
        }
        return (part, context.Request.Method) switch
        {
            (NodeProtocol.Audio, "GET") => SendAudioAsync(context, relay.Ring),
            (NodeProtocol.Window, "GET") => SendWindowAsync(context, relay),
            (NodeProtocol.Window, "PUT") => TakeWindowAsync(context, relay),
            _ => Refuse(context, StatusCodes.Status405MethodNotAllowed),
        };
    }

    private async Task SendAudioAsync(HttpContext context, AudioRing ring)
    {
        var asked = time.GetTimestamp();
        var burst = NodeProtocol.ParseMilliseconds(context.Request.Query[NodeProtocol.Burst]) ?? TimeSpan.Zero;
        await BeginAsync(context);
        // A relay that has just started: a little later its ring ends with what is on air, whatever burst its source sent.
        if (ring.Newest is null && await WaitAsync(context, () => ring.WaitAsync(0)))
            await Task.Delay(BurstWait, time, context.RequestAborted);
        var reader = ring.Open(burst + time.GetElapsedTime(asked));
        while (await WaitAsync(context, () => reader.HasNext || ring.IsClosed ? Task.CompletedTask : ring.WaitAsync(reader.Position)))
        {
            var read = await reader.ReadAsync(context.RequestAborted);
            if (read == RingRead.Overtaken)
                context.Abort();
            if (read != RingRead.Chunk)
                return;
            NodeFrames.Write(context.Response.BodyWriter, NodeFrame.From(reader.Chunk!, ring.BytesPerSecond));
            await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
        }
    }

    private async Task SendWindowAsync(HttpContext context, Relay relay)
    {
        var playlist = relay.Playlist;
        context.Response.Headers[NodeProtocol.TargetDuration] = playlist.TargetDuration.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        context.Response.Headers[NodeProtocol.WantsWindow] = relay.WantsWindow ? "1" : "0";
        await BeginAsync(context);
        for (var last = -1L; await WaitAsync(context, () => playlist.WaitAsync(last));)
        {
            var news = playlist.Retained.Where(segment => segment.Sequence > last).ToArray();
            if (news.Length == 0)
                return; // No more segments will come.
            foreach (var segment in news)
            {
                NodeFrames.Write(context.Response.BodyWriter, NodeFrame.From(segment));
                await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
            }
            last = news[^1].Sequence;
        }
    }

    private static async Task TakeWindowAsync(HttpContext context, Relay relay)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = NodeProtocol.MostWindowBytes;
        if (NodeProtocol.ParseMilliseconds(context.Request.Headers[NodeProtocol.Age]) is not { } age)
        {
            await Refuse(context, StatusCodes.Status400BadRequest);
            return;
        }
        var window = new List<MediaSegment>();
        var segments = new SegmentBuffer();
        try
        {
            while (await NodeFrames.ReadAsync(context.Request.BodyReader, segments, context.RequestAborted) is { } frame)
            {
                if (frame.Segment is not null)
                    window.Add(frame.Segment);
            }
            relay.Playlist.TryInherit(window, age);
        }
        catch (Exception exception) when (exception is InvalidDataException or ArgumentException)
        {
            await Refuse(context, StatusCodes.Status400BadRequest);
            return;
        }
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>Waits for new data and sends keep-alives meanwhile. False: the other side has disconnected.</summary>
    private async Task<bool> WaitAsync(HttpContext context, Func<Task> news)
    {
        while (!context.RequestAborted.IsCancellationRequested)
        {
            try
            {
                await news().WaitAsync(NodeProtocol.KeepAliveInterval, time, context.RequestAborted);
                return true;
            }
            catch (TimeoutException)
            {
                NodeFrames.Write(context.Response.BodyWriter, NodeFrame.KeepAlive);
                await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }
        return false;
    }

    private static async Task BeginAsync(HttpContext context)
    {
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        context.Response.ContentType = "application/octet-stream";
        // Immediately: the headers show the other side that the relay is here.
        await context.Response.StartAsync(context.RequestAborted);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    private static Task Refuse(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}
