using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace AudioOrleans.RelayHost.Sources;

/// <summary>The small files in which stations publish their stream URLs: PLS, M3U, XSPF, or just a URL.</summary>
public static partial class SourcePlaylist
{
    /// <summary>Maximum size of a playlist file with the URLs of one station.</summary>
    public const int MostBytes = 64 * 1024;

    /// <summary>The number of leading bytes that identify a playlist file.</summary>
    public const int HeadBytes = 512;

    private static readonly string[] Types =
    [
        "audio/x-mpegurl", "audio/mpegurl", "application/x-mpegurl", "application/vnd.apple.mpegurl", "audio/x-scpls", "audio/scpls", "application/pls+xml",
        "application/x-scpls", "application/xspf+xml",
    ];

    /// <summary>Whether a media type, in lower case and without parameters, is that of a playlist file.</summary>
    public static bool IsType(string type) => Types.Contains(type);

    /// <summary>Whether the bytes start like a playlist file, regardless of the media type.</summary>
    public static bool StartsLikeOne(ReadOnlySpan<byte> head)
    {
        var text = head.StartsWith("\uFEFF"u8) ? head[3..] : head;
        text = text.TrimStart(" \t\r\n"u8);
        return Is(text, "#EXTM3U"u8) || Is(text, "[playlist]"u8) || Is(text, "http://"u8) || Is(text, "https://"u8)
            || ((Is(text, "<?xml"u8) || Is(text, "<playlist"u8)) && text.IndexOf("<playlist"u8) >= 0);
    }

    /// <summary>Returns the URLs in the file, in order. Empty where none is http or https.</summary>
    /// <param name="text">The whole file.</param>
    /// <param name="address">The file's own URL, because the URLs in it may be relative.</param>
    /// <exception cref="SourceException">It is an HLS playlist, which does not list stations.</exception>
    public static IReadOnlyList<Uri> Read(ReadOnlySpan<byte> text, Uri address)
    {
        var file = StreamTitle.Decode(text.StartsWith("\uFEFF"u8) ? text[3..] : text).Trim();
        IEnumerable<string> named;
        if (file.StartsWith('<'))
            named = ReadXspf(file);
        else if (file.StartsWith("[playlist]", StringComparison.OrdinalIgnoreCase))
            named = PlsEntry().Matches(file).OrderBy(entry => int.Parse(entry.Groups["number"].ValueSpan, CultureInfo.InvariantCulture)).Select(entry => entry.Groups["url"].Value);
        else if (file.Contains("#EXT-X-", StringComparison.Ordinal))
            throw new SourceException(SourceFault.NotAudio, "The address is an HLS playlist; expected an Icecast or SHOUTcast stream.");
        else
            named = file.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#');
        return [.. named
            .Select(entry => Uri.TryCreate(address, entry.Trim(), out var url) ? url : null).OfType<Uri>()
            .Where(url => url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)];
    }

    private static IEnumerable<string> ReadXspf(string file)
    {
        try
        {
            using var reader = XmlReader.Create(new StringReader(file), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            return [.. XDocument.Load(reader).Descendants().Where(element => element.Name.LocalName == "location").Select(element => element.Value)];
        }
        catch (XmlException)
        {
            return []; // Not XSPF: no URLs.
        }
    }

    private static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> start) => text.Length >= start.Length && Ascii.EqualsIgnoreCase(text[..start.Length], start);

    [GeneratedRegex(@"^\s*File(?<number>\d{1,6})\s*=\s*(?<url>\S+)", RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex PlsEntry();
}
