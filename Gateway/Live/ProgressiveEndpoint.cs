using System.Buffers;
using System.Globalization;
using Audio.Orleans.Contracts;
using Audio.Orleans.Contracts.Streams;
using Audio.Orleans.Gateway.Authentication;
using Audio.Orleans.Gateway.Media;
using Audio.Orleans.RelayHost.Frames;
using Audio.Orleans.RelayHost.Progressive;
using Audio.Orleans.RelayHost.Relays;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Audio.Orleans.Gateway.Live;

/// <summary><c>GET /v1/streams/{id}/live.mp3</c> and <c>live.aac</c>: audio without end.</summary>
public static class ProgressiveEndpoint
{
    /// <summary>A player that comes before the first audio is there waits instead of failing, up to this long.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    /// <summary>
    /// What the kernel may hold back for one listener. Left alone it grows to megabytes, which is minutes of audio: a listener
    /// that reads too slowly would be noticed late and cost that memory.
    /// </summary>
    private const int SendBufferBytes = 64 * 1024;

    /// <summary>For this long a listener may take less than half of what plays.</summary>
    private static readonly TimeSpan PaceGrace = TimeSpan.FromSeconds(10);

    /// <summary>For this long a listener waits for the stream's next relay when one is over: a dead node takes a few seconds to be noticed.</summary>
    private static readonly TimeSpan LongestBreak = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan FollowPause = TimeSpan.FromMilliseconds(200);

    /// <summary>After so many chunks a listener's right to listen is looked at again.</summary>
    private const int ChunksBetweenChecks = 20;

    /// <summary>Streams until the listener leaves, falls behind, or the stream is switched off.</summary>
    public static async Task GetAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (streamId, access, refusal) = await LiveApi.FindAsync(context);
        using var listening = refusal is null ? context.RequestServices.GetRequiredService<LiveStreams>().Listen(streamId, access!) : null;
        refusal ??= listening is not null && await WaitForAudioAsync(context, listening.Ring) ? null : LiveApi.NotYet(context);
        refusal ??= RefuseOtherCodec(context, streamId, listening!.Ring.Format!);
        if (refusal is not null)
        {
            await refusal.ExecuteAsync(context);
            return;
        }
        var ring = listening!.Ring;
        var interleaver = await WriteHeadersAsync(context, streamId, ring);
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        if (context.Features.Get<IConnectionSocketFeature>() is { } connection)
            connection.Socket.SendBufferSize = SendBufferBytes;
        // One that takes nothing at all never comes round to be told that the ring overtook it.
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
            rate.MinDataRate = new MinDataRate(ring.BytesPerSecond / 2.0, PaceGrace);

        var audience = context.RequestServices.GetRequiredService<Audience>();
        audience.Join(streamId);
        using var watched = context.RequestServices.GetRequiredService<Revocation>().Watch(context);
        // A host that stops waits for its requests: those without end must end.
        var stopping = context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        try
        {
            if (await PumpAsync(context, streamId, ring, context.RequestServices.GetRequiredService<RelayOptions>().Burst, interleaver, end.Token))
                await FollowAsync(context, streamId, ring.Format!, interleaver, end.Token);
        }
        catch (OperationCanceledException)
        {
            // The listener left, or the host stops; there is nobody to tell.
        }
        finally
        {
            audience.Leave(streamId);
        }
    }

    /// <summary>The relay is over. Where another one goes on with the same audio, the listener stays.</summary>
    private static async Task FollowAsync(HttpContext context, Guid streamId, AudioFormat format, IcyInterleaver? interleaver, CancellationToken cancellationToken)
    {
        var services = context.RequestServices;
        var (gate, live, time) = (services.GetRequiredService<StreamGate>(), services.GetRequiredService<LiveStreams>(), services.GetRequiredService<TimeProvider>());
        for (var lostAt = time.GetTimestamp(); time.GetElapsedTime(lostAt) < LongestBreak;)
        {
            try
            {
                gate.Forget(streamId, olderThan: FollowPause); // What was true of the last relay may not be true any more.
                var access = await gate.FindAsync(streamId);
                if (access is not { Enabled: true } || ListenerAccess.Refuse(access, context.User) is not null)
                    return;
                using var listening = live.Listen(streamId, access);
                if (listening is { Ring.IsClosed: false } && await WaitForAudioAsync(context, listening.Ring))
                {
                    if (listening.Ring.Format != format || !await PumpAsync(context, streamId, listening.Ring, time.GetElapsedTime(lostAt), interleaver, cancellationToken))
                        return;
                    lostAt = time.GetTimestamp();
                }
            }
            catch (Exception exception) when (exception.IsFailedCall() && !cancellationToken.IsCancellationRequested)
            {
                // The stream is between two nodes: a call that fails cuts nobody.
            }
            await Task.Delay(FollowPause, time, cancellationToken);
        }
    }

    /// <summary>Sends what the ring gets.</summary>
    /// <returns>Whether the ring was closed while the listener was still there.</returns>
    private static async Task<bool> PumpAsync(
        HttpContext context, Guid streamId, AudioRing ring, TimeSpan burst, IcyInterleaver? interleaver, CancellationToken cancellationToken)
    {
        var gate = context.RequestServices.GetRequiredService<StreamGate>();
        var output = context.Response.BodyWriter;
        var reader = ring.Open(burst);
        var unsent = 0;
        for (var chunks = 1; ; chunks++)
        {
            var read = await reader.ReadAsync(cancellationToken);
            if (read == RingRead.Overtaken)
                context.Abort(); // Too slow: a clean end would look like the end of the programme.
            if (read != RingRead.Chunk)
                return read == RingRead.Closed;
            if (interleaver is null)
                output.Write(reader.Chunk!.Bytes.Span);
            else
                interleaver.Write(output, reader.Chunk!);
            if (++unsent == AudioRing.ChunksTogether || !reader.HasNext)
            {
                unsent = 0;
                if ((await output.FlushAsync(context.RequestAborted)).IsCompleted)
                    return false;
            }
            if (chunks % ChunksBetweenChecks == 0 && !await MayListenAsync(context, gate, streamId))
                return false;
        }
    }

    /// <summary>Who was let in stays while nobody can be asked.</summary>
    private static async Task<bool> MayListenAsync(HttpContext context, StreamGate gate, Guid streamId)
    {
        try
        {
            return ListenerAccess.Refuse(await gate.FindAsync(streamId), context.User) is null;
        }
        catch (Exception exception) when (exception.IsFailedCall() && !context.RequestAborted.IsCancellationRequested)
        {
            return true;
        }
    }

    private static async Task<bool> WaitForAudioAsync(HttpContext context, AudioRing ring)
    {
        if (ring.Newest is not null)
            return true;
        var time = context.RequestServices.GetRequiredService<TimeProvider>();
        using var timeout = new CancellationTokenSource(LongestWait, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, context.RequestAborted);
        try
        {
            return await ring.Open(TimeSpan.Zero).ReadAsync(both.Token) == RingRead.Chunk;
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            return false;
        }
    }

    private static IResult? RefuseOtherCodec(HttpContext context, Guid streamId, AudioFormat format)
    {
        var file = format.Codec == AudioCodec.Mp3 ? "live.mp3" : "live.aac";
        return context.Request.Path.Value!.EndsWith(file, StringComparison.OrdinalIgnoreCase)
            ? null
            : TypedResults.LocalRedirect($"~/v1/streams/{streamId:D}/{file}{context.Request.QueryString}", preserveMethod: true);
    }

    private static async Task<IcyInterleaver?> WriteHeadersAsync(HttpContext context, Guid streamId, AudioRing ring)
    {
        var grains = context.RequestServices.GetRequiredService<IGrainFactory>();
        var details = await grains.GetGrain<IStreamGrain>(GrainKeys.Stream(streamId)).Get(Caller.Anonymous);
        var headers = context.Response.Headers;
        context.Response.ContentType = ring.Format!.ContentType;
        headers.CacheControl = "no-store";
        headers["icy-name"] = SingleLine(details.Name);
        headers["icy-genre"] = SingleLine(details.Genre);
        headers["icy-br"] = (ring.BytesPerSecond / 125).ToString(CultureInfo.InvariantCulture);
        headers["icy-pub"] = details.Visibility == StreamVisibility.Public ? "1" : "0";
        if (context.Request.Headers["Icy-MetaData"] != "1")
            return null;
        var interval = IcyInterleaver.IntervalFor(ring.BytesPerSecond);
        headers["icy-metaint"] = interval.ToString(CultureInfo.InvariantCulture);
        return new IcyInterleaver(interval);
    }

    private static string SingleLine(string text) => new([.. text.Where(c => !char.IsControl(c))]);
}
