using Audio.Orleans.RelayHost.Objects;
using Audio.Orleans.RelayHost.Processes;

namespace Audio.Orleans.RelayHost.OnDemand;

/// <summary>Takes the cover out of an audio file, as it is.</summary>
public sealed class CoverArt(IObjectStore store, TimeProvider time)
{
    private const int MostBytes = 8 * 1024 * 1024;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>The media types of the covers that are taken, by ffmpeg's codec: what browsers show.</summary>
    private static readonly Dictionary<string, string> ContentTypes = new() { ["mjpeg"] = "image/jpeg", ["png"] = "image/png", ["webp"] = "image/webp" };

    /// <summary>Puts a file's cover into the store. False when it has none that can be shown: too large, damaged or of another kind.</summary>
    /// <param name="input">The file.</param>
    /// <param name="codec">ffmpeg's name of the cover's codec.</param>
    /// <param name="key">Where to put it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<bool> TakeAsync(EncoderInput input, string codec, string key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (!ContentTypes.TryGetValue(codec, out var contentType))
            return false;
        var command = new ProcessCommand(
            "ffmpeg", "-hide_banner", "-loglevel", "error", "-nostdin", "-protocol_whitelist", "file,pipe", "-f", input.Kind.Demuxer(), "-i", $"file:{input.Path}",
            "-map", "0:v:0", "-frames:v", "1", "-c", "copy", "-f", "image2pipe", "pipe:1");
        try
        {
            var picture = await ProcessRunner.RunAsync(command, Limit, time, maximalOutput: MostBytes, cancellationToken: cancellationToken);
            using var content = new MemoryStream(picture.Output.ToArray(), writable: false);
            await store.PutAsync(key, content, contentType, default, cancellationToken);
            return true;
        }
        catch (ProcessException exception) when (exception is ProcessFailedException or ProcessTimeoutException or ProcessOutputTooLargeException)
        {
            return false; // Audio plays without its cover.
        }
    }

    /// <summary>What a cover's first bytes say that it is.</summary>
    public static string ContentTypeOf(ReadOnlySpan<byte> head) => head switch
    {
        [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => ContentTypes["png"],
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', ..] => ContentTypes["webp"],
        _ => ContentTypes["mjpeg"],
    };
}
