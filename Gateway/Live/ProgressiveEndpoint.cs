using System.Buffers;
using System.Globalization;
using AudioOrleans.Gateway.Access;
using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Gateway.Hosting;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Streams;
using AudioOrleans.RelayHost.Frames;
using AudioOrleans.RelayHost.Progressive;
using AudioOrleans.RelayHost.Relays;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Primitives;

namespace AudioOrleans.Gateway.Live;

/// <summary><c>GET /v1/streams/{id}/live.mp3</c> and <c>live.aac</c>: audio without an end.</summary>
public static class ProgressiveEndpoint
{
    /// <summary>A player that connects before the first audio exists waits up to this long instead of failing.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The kernel's send buffer for one listener. By default it grows to megabytes, which is minutes of audio: a listener that reads too slowly
    /// would be detected late, and cost that memory.
    /// </summary>
    private const int SendBufferBytes = 64 * 1024;

    /// <summary>How long a listener may read less than half of the bitrate.</summary>
    private static readonly TimeSpan PaceGrace = TimeSpan.FromSeconds(10);

    /// <summary>How long a listener waits for the stream's next relay after one ends: a dead node takes a few seconds to be detected.</summary>
    private static readonly TimeSpan LongestBreak = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan FollowPause = TimeSpan.FromMilliseconds(200);

    /// <summary>The number of chunks between checks of a listener's access.</summary>
    private const int ChunksBetweenChecks = 20;

    private static readonly StringValues NoCoding = new([null]);

    /// <summary>Streams until the listener disconnects or falls behind, or the stream is disabled.</summary>
    public static async Task GetAsync(HttpContext context)
    {
        var (streamId, access, refusal) = await LiveApi.FindAsync(context);
        var live = context.RequestServices.GetRequiredService<LiveStreams>();
        if (refusal is null && live.IsOffline(streamId, access!))
            refusal = LiveApi.OffAir(context);
        using var listening = refusal is null ? live.Listen(streamId, access!) : null;
        var format = listening is null ? null : await WaitForAudioAsync(context, listening.Ring);
        refusal ??= format is null ? LiveApi.NotYet(context) : RefuseOtherCodec(context, streamId, format.Codec);
        if (refusal is not null)
        {
            await refusal.ExecuteAsync(context);
            return;
        }
        var ring = listening!.Ring;
        var interleaver = await WriteHeadersAsync(context, streamId, ring, format!);
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        if (context.Features.Get<IConnectionSocketFeature>() is { } connection)
            connection.Socket.SendBufferSize = SendBufferBytes;
        // A listener that reads nothing blocks the loop, which then never detects that the ring has overtaken it.
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
            rate.MinDataRate = new MinDataRate(ring.BytesPerSecond / 2.0, PaceGrace);

        var audience = context.RequestServices.GetRequiredService<Audience>();
        audience.Join(streamId);
        using var watched = context.RequestServices.GetRequiredService<Revocation>().Watch(context);
        // A host that stops waits for its requests, so endless ones must be ended.
        var stopping = context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        try
        {
            var options = context.RequestServices.GetRequiredService<RelayOptions>();
            var listener = new Listener(context, streamId, format!.Codec, interleaver, end.Token);
            if (await PumpAsync(listener, ring, ring.Open(options.Burst, options.BurstBytes)))
                await FollowAsync(listener);
        }
        catch (OperationCanceledException)
        {
            // The listener has disconnected, or the host stops; there is nobody to send an error to.
        }
        finally
        {
            audience.Leave(streamId);
        }
    }

    /// <summary>A listener to audio of one codec, with the token that ends it.</summary>
    private sealed record Listener(HttpContext Context, Guid StreamId, AudioCodec Codec, IcyInterleaver? Interleaver, CancellationToken End);

    /// <summary>
    /// Follows the stream when its relay has ended. Where another relay continues with the same codec, the listener stays connected.
    /// </summary>
    private static async Task FollowAsync(Listener listener)
    {
        var (context, streamId, services) = (listener.Context, listener.StreamId, listener.Context.RequestServices);
        var (accessCache, policy) = (services.GetRequiredService<StreamAccessCache>(), services.GetRequiredService<AccessPolicy>());
        var (live, time) = (services.GetRequiredService<LiveStreams>(), services.GetRequiredService<TimeProvider>());
        for (var lostAt = time.GetTimestamp(); time.GetElapsedTime(lostAt) < LongestBreak;)
        {
            try
            {
                accessCache.Forget(streamId, olderThan: FollowPause); // It may hold outdated facts of the last relay.
                var access = await accessCache.FindAsync(streamId);
                if (access is not { Enabled: true } || await policy.RefuseAsync(streamId, access, context.User) is not null)
                    return;
                using var listening = live.Listen(streamId, access);
                if (listening is { Ring.IsClosed: false } && await WaitForAudioAsync(context, listening.Ring) is not null)
                {
                    if (!await PumpAsync(listener, listening.Ring, listening.Ring.Open(time.GetElapsedTime(lostAt))))
                        return;
                    lostAt = time.GetTimestamp();
                }
            }
            catch (Exception exception) when (exception.IsFailedCall() && !listener.End.IsCancellationRequested)
            {
                // The stream is moving between two nodes: a failed call disconnects nobody.
            }
            await Task.Delay(FollowPause, time, listener.End);
        }
    }

    /// <summary>
    /// Sends the ring's audio as long as it matches the media type of the response: another codec ends the response, so that players reconnect.
    /// </summary>
    /// <returns>Whether the ring was closed while the listener was still connected.</returns>
    private static async Task<bool> PumpAsync(Listener listener, AudioRing ring, RingReader reader)
    {
        var context = listener.Context;
        var accessCache = context.RequestServices.GetRequiredService<StreamAccessCache>();
        var output = context.Response.BodyWriter;
        var unsent = 0;
        for (var chunks = 1; ; chunks++)
        {
            var read = await reader.ReadAsync(listener.End);
            if (read == RingRead.Overtaken)
                context.Abort(); // Too slow: a clean end would look like the end of the programme.
            if (read != RingRead.Chunk)
                return read == RingRead.Closed;
            if (reader.Chunk!.Format.Codec != listener.Codec)
                return false;
            if (listener.Interleaver is null)
                output.Write(reader.Chunk.Bytes.Span);
            else
                listener.Interleaver.Write(output, reader.Chunk);
            if (++unsent == AudioRing.ChunksTogether || !reader.HasNext)
            {
                unsent = 0;
                if ((await output.FlushAsync(context.RequestAborted)).IsCompleted)
                    return false;
            }
            if (chunks % ChunksBetweenChecks == 0 && !await MayListenAsync(context, accessCache, listener.StreamId))
                return false;
        }
    }

    /// <summary>Checks a listener's access. A listener that was admitted stays while the check is unavailable.</summary>
    private static async Task<bool> MayListenAsync(HttpContext context, StreamAccessCache accessCache, Guid streamId)
    {
        try
        {
            return await context.RequestServices.GetRequiredService<AccessPolicy>().RefuseAsync(streamId, await accessCache.FindAsync(streamId), context.User) is null;
        }
        catch (Exception exception) when (exception.IsFailedCall() && !context.RequestAborted.IsCancellationRequested)
        {
            return true;
        }
    }

    /// <summary>The format on air; null when no audio arrives in time.</summary>
    private static async Task<AudioFormat?> WaitForAudioAsync(HttpContext context, AudioRing ring)
    {
        if (ring.Newest is { } newest)
            return newest.Format;
        var time = context.RequestServices.GetRequiredService<TimeProvider>();
        using var timeout = new CancellationTokenSource(LongestWait, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, context.RequestAborted);
        try
        {
            var reader = ring.Open(TimeSpan.Zero);
            return await reader.ReadAsync(both.Token) == RingRead.Chunk ? reader.Chunk!.Format : null;
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            return null;
        }
    }

    private static IResult? RefuseOtherCodec(HttpContext context, Guid streamId, AudioCodec codec)
    {
        var file = codec == AudioCodec.Mp3 ? "live.mp3" : "live.aac";
        return context.Request.Path.Value!.TrimEnd(';').EndsWith(file, StringComparison.OrdinalIgnoreCase)
            ? null
            : TypedResults.LocalRedirect($"~/v1/streams/{streamId:D}/{file}{context.Request.QueryString}", preserveMethod: true);
    }

    private static async Task<IcyInterleaver?> WriteHeadersAsync(HttpContext context, Guid streamId, AudioRing ring, AudioFormat format)
    {
        var grains = context.RequestServices.GetRequiredService<IGrainFactory>();
        var details = await grains.GetGrain<IStreamGrain>(GrainKeys.Stream(streamId)).Get(Caller.Anonymous);
        context.Response.ContentType = format.ContentType;
        context.Response.Headers.CacheControl = "no-store";
        IcyHeaders.Write(context.Response, details, ring.BytesPerSecond / 125, context.RequestServices.GetRequiredService<PublicAddress>());
        EndWithConnection(context);
        if (context.Request.Headers["Icy-MetaData"] != "1")
            return null;
        var interval = IcyInterleaver.IntervalFor(ring.BytesPerSecond);
        context.Response.Headers["icy-metaint"] = interval.ToString(CultureInfo.InvariantCulture);
        return new IcyInterleaver(interval);
    }

    /// <summary>
    /// Omits chunked encoding where the end of the connection delimits the body: for players that ask for it to be closed, including old ones
    /// that cannot read chunks, or for all (<see cref="LiveOptions.CloseDelimited"/>).
    /// </summary>
    private static void EndWithConnection(HttpContext context)
    {
        var request = context.Request;
        if (!HttpProtocol.IsHttp11(request.Protocol))
            return; // HTTP/1.0 never gets chunks, and HTTP/2 has its own framing.
        var asksForIt = request.Headers.Connection.ToString().Split(',').Any(option => option.AsSpan().Trim().Equals("close", StringComparison.OrdinalIgnoreCase));
        if (!asksForIt && !context.RequestServices.GetRequiredService<LiveOptions>().CloseDelimited)
            return;
        // The server chunks a response without a length unless a transfer coding is set. This value is set, but sends no header line.
        context.Response.Headers.TransferEncoding = NoCoding;
        context.Response.Headers.Connection = "close";
    }
}
