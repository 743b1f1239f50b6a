using System.Globalization;
using System.Text.Json;
using AudioOrleans.RelayHost.Processes;

namespace AudioOrleans.RelayHost.OnDemand;

/// <summary>The result of ffprobe for a file.</summary>
/// <param name="Codec">ffmpeg's codec name of the first audio track, such as <c>mp3</c>.</param>
/// <param name="Duration">The declared playing time; null when absent.</param>
/// <param name="BitsPerSecond">Bitrate of the audio, or else of the file; null when unknown.</param>
/// <param name="Tags">Its tags, without a cover.</param>
public sealed record ProbedFile(string Codec, TimeSpan? Duration, int? BitsPerSecond, FileTags Tags);

/// <summary>Runs ffprobe, which may read only this file, and only with the demuxer of the kind detected from its content.</summary>
public sealed class AudioProbe(TimeProvider time)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Probes a file.</summary>
    /// <exception cref="UnusableAudioException">ffprobe cannot read it, or finds no audio.</exception>
    /// <exception cref="ProcessStartException">ffprobe could not be started.</exception>
    public async Task<ProbedFile> ProbeAsync(string path, AudioFileKind kind, CancellationToken cancellationToken)
    {
        var command = new ProcessCommand(
            "ffprobe",
            "-hide_banner", "-loglevel", "error", "-protocol_whitelist", "file", "-f", kind.Demuxer(),
            "-show_entries", "format=duration,bit_rate:stream=codec_type,codec_name,bit_rate,duration:format_tags=title,artist,album:stream_tags=title,artist,album", "-of", "json=sv=ignore", "-i", $"file:{path}");
        try
        {
            var result = await ProcessRunner.RunAsync(command, Limit, time, cancellationToken: cancellationToken);
            using var answer = JsonDocument.Parse(result.Output);
            return Read(answer.RootElement);
        }
        catch (Exception exception) when (exception is ProcessFailedException or ProcessTimeoutException or ProcessOutputTooLargeException or JsonException)
        {
            throw new UnusableAudioException("The file cannot be read; it may be empty, cut off or damaged.", exception);
        }
    }

    private static ProbedFile Read(JsonElement answer)
    {
        var streams = answer.TryGetProperty("streams", out var list) ? list.EnumerateArray().ToList() : [];
        var audio = streams.FirstOrDefault(stream => Text(stream, "codec_type") == "audio");
        if (audio.ValueKind != JsonValueKind.Object)
            throw UnusableAudioException.NoAudio();
        var format = answer.TryGetProperty("format", out var element) ? element : default;
        return new ProbedFile(
            Text(audio, "codec_name") ?? "",
            (Number(audio, "duration") ?? Number(format, "duration")) is { } seconds and > 0 and < 1e6 ? TimeSpan.FromSeconds(seconds) : null,
            (Number(audio, "bit_rate") ?? Number(format, "bit_rate")) is { } bits and > 0 and < int.MaxValue ? (int)bits : null,
            new FileTags(Tag(format, audio, "title"), Tag(format, audio, "artist"), Tag(format, audio, "album"), default));
    }

    /// <summary>A tag of the file, or else of its audio track: containers differ in where they keep tags and in the case of their names.</summary>
    private static string? Tag(JsonElement format, JsonElement audio, string name) => new[] { format, audio }
        .Where(element => element.ValueKind == JsonValueKind.Object && element.TryGetProperty("tags", out var tags) && tags.ValueKind == JsonValueKind.Object)
        .SelectMany(element => element.GetProperty("tags").EnumerateObject())
        .Where(tag => tag.Name.Equals(name, StringComparison.OrdinalIgnoreCase) && tag.Value.ValueKind == JsonValueKind.String)
        .Select(tag => TagReader.Clean(tag.Value.GetString()))
        .FirstOrDefault(text => text is not null);

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static double? Number(JsonElement element, string name) =>
        double.TryParse(Text(element, name), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
}
