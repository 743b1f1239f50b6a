using System.Buffers;
using System.Globalization;
using Audio.Orleans.Contracts;
using Audio.Orleans.Contracts.Streams;
using Audio.Orleans.Gateway.Authentication;
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

    /// <summary>After so many chunks a listener's right to listen is looked at again.</summary>
    private const int ChunksBetweenChecks = 20;

    /// <summary>Streams until the listener leaves, falls behind, or the stream is switched off.</summary>
    public static async Task GetAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (relay, _, refusal) = await LiveApi.FindAsync(context);
        refusal ??= await WaitForAudioAsync(context, relay!) ? null : LiveApi.NotYet(context);
        refusal ??= RefuseOtherCodec(context, relay!);
        if (refusal is not null)
        {
            await refusal.ExecuteAsync(context);
            return;
        }
        var interleaver = await WriteHeadersAsync(context, relay!);
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        if (context.Features.Get<IConnectionSocketFeature>() is { } connection)
            connection.Socket.SendBufferSize = SendBufferBytes;
        // One that takes nothing at all never comes round to be told that the ring overtook it.
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
            rate.MinDataRate = new MinDataRate(relay!.BytesPerSecond / 2.0, PaceGrace);

        var audience = context.RequestServices.GetRequiredService<Audience>();
        audience.Join(relay!.Spec.StreamId);
        using var watched = context.RequestServices.GetRequiredService<Revocation>().Watch(context);
        try
        {
            await PumpAsync(context, relay, interleaver);
        }
        catch (OperationCanceledException)
        {
            // The listener left, or the host stops; there is nobody to tell.
        }
        finally
        {
            audience.Leave(relay.Spec.StreamId);
        }
    }

    private static async Task PumpAsync(HttpContext context, Relay relay, IcyInterleaver? interleaver)
    {
        var options = context.RequestServices.GetRequiredService<RelayOptions>();
        var gate = context.RequestServices.GetRequiredService<StreamGate>();
        var output = context.Response.BodyWriter;
        var reader = relay.Ring.Open(options.Burst);
        // A host that stops waits for its requests: those without end must end.
        var stopping = context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        for (var chunks = 1; ; chunks++)
        {
            var read = await reader.ReadAsync(end.Token);
            if (read == RingRead.Overtaken)
                context.Abort(); // Too slow: a clean end would look like the end of the programme.
            if (read != RingRead.Chunk)
                return;
            if (interleaver is null)
                output.Write(reader.Chunk!.Bytes.Span);
            else
                interleaver.Write(output, reader.Chunk!);
            if ((await output.FlushAsync(context.RequestAborted)).IsCompleted)
                return;
            if (chunks % ChunksBetweenChecks == 0
                && ListenerAccess.Refuse(await gate.FindAsync(relay.Spec.StreamId), context.User) is not null)
            {
                return;
            }
        }
    }

    private static async Task<bool> WaitForAudioAsync(HttpContext context, Relay relay)
    {
        if (relay.Ring.Newest is not null)
            return true;
        var time = context.RequestServices.GetRequiredService<TimeProvider>();
        using var timeout = new CancellationTokenSource(LongestWait, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, context.RequestAborted);
        try
        {
            return await relay.Ring.Open(TimeSpan.Zero).ReadAsync(both.Token) == RingRead.Chunk;
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            return false;
        }
    }

    private static IResult? RefuseOtherCodec(HttpContext context, Relay relay)
    {
        var file = relay.Format!.Codec == AudioCodec.Mp3 ? "live.mp3" : "live.aac";
        return context.Request.Path.Value!.EndsWith(file, StringComparison.OrdinalIgnoreCase)
            ? null
            : TypedResults.LocalRedirect($"~/v1/streams/{relay.Spec.StreamId:D}/{file}{context.Request.QueryString}", preserveMethod: true);
    }

    private static async Task<IcyInterleaver?> WriteHeadersAsync(HttpContext context, Relay relay)
    {
        var grains = context.RequestServices.GetRequiredService<IGrainFactory>();
        var details = await grains.GetGrain<IStreamGrain>(GrainKeys.Stream(relay.Spec.StreamId)).Get(Caller.Anonymous);
        var headers = context.Response.Headers;
        context.Response.ContentType = relay.Format!.ContentType;
        headers.CacheControl = "no-store";
        headers["icy-name"] = SingleLine(details.Name);
        headers["icy-genre"] = SingleLine(details.Genre);
        headers["icy-br"] = (relay.BytesPerSecond / 125).ToString(CultureInfo.InvariantCulture);
        headers["icy-pub"] = details.Visibility == StreamVisibility.Public ? "1" : "0";
        if (context.Request.Headers["Icy-MetaData"] != "1")
            return null;
        var interval = IcyInterleaver.IntervalFor(relay.BytesPerSecond);
        headers["icy-metaint"] = interval.ToString(CultureInfo.InvariantCulture);
        return new IcyInterleaver(interval);
    }

    private static string SingleLine(string text) => new([.. text.Where(c => !char.IsControl(c))]);
}
