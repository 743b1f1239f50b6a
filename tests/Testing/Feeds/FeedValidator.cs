using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace AudioOrleans.Testing.Feeds;

/// <summary>
/// Checks a podcast feed against what directories require: RSS 2.0, the Podcast Standards Project's PSP-1, Apple's tags, and the tags of
/// Podcasting 2.0.
/// </summary>
public static partial class FeedValidator
{
    private static readonly XNamespace ITunes = "http://www.itunes.com/dtds/podcast-1.0.dtd";
    private static readonly XNamespace Podcast = "https://podcastindex.org/namespace/1.0";
    private static readonly XNamespace Atom = "http://www.w3.org/2005/Atom";

    /// <summary>What is wrong with a feed; empty for nothing.</summary>
    public static IReadOnlyList<string> Check(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        XDocument document;
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(bytes), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
            document = XDocument.Load(reader);
        }
        catch (XmlException exception)
        {
            return [$"not well-formed: {exception.Message}"];
        }
        var problems = new List<string>();
        if (bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble))
            problems.Add("begins with a byte order mark");
        if (document.Root?.Name != "rss" || (string?)document.Root.Attribute("version") != "2.0" || document.Root.Elements("channel").ToList() is not [var channel])
            return [.. problems, "expected one channel in rss 2.0"];
        problems.AddRange(CheckChannel(channel));
        var items = channel.Elements("item").ToList();
        foreach (var (item, i) in items.Select((item, i) => (item, i)))
            problems.AddRange(CheckItem(item).Select(problem => $"item {i}: {problem}"));
        if (items.Select(item => (string?)item.Element("guid")).Distinct().Count() != items.Count)
            problems.Add("a guid occurs twice");
        var dates = items.Select(item => DateOf((string?)item.Element("pubDate"))).ToList();
        if (!dates.SequenceEqual(dates.OrderDescending()))
            problems.Add("items are not in descending order of their dates");
        return problems;
    }

    private static IEnumerable<string> CheckChannel(XElement channel)
    {
        foreach (var name in new[] { "title", "description", "link", "language" })
        {
            if (channel.Elements(name).ToList() is not [{ Value.Length: > 0 }])
                yield return $"expected one {name}";
        }
        if (Encoding.UTF8.GetByteCount(channel.Element("description")?.Value ?? "") > 4000)
            yield return "description has more than 4000 bytes";
        if (!channel.Elements(Atom + "link").Any(link => (string?)link.Attribute("rel") == "self" && IsAbsolute((string?)link.Attribute("href"))))
            yield return "expected an absolute atom:link rel=self";
        if (!IsAbsolute((string?)channel.Element("link")))
            yield return "link is not absolute";
        if (!IsAbsolute((string?)channel.Element(ITunes + "image")?.Attribute("href")))
            yield return "expected itunes:image with an absolute href";
        if ((string?)channel.Element(ITunes + "explicit") is not ("true" or "false"))
            yield return "itunes:explicit is not true or false";
        if (!channel.Elements(ITunes + "category").Any() || channel.Elements(ITunes + "category").Any(category => string.IsNullOrEmpty((string?)category.Attribute("text"))))
            yield return "expected itunes:category with a text";
        if (channel.Element(Podcast + "locked") is { } locked && locked.Value is not ("yes" or "no"))
            yield return "podcast:locked is not yes or no";
        if (!Guid.TryParseExact((string?)channel.Element(Podcast + "guid"), "D", out var guid) || guid.ToByteArray(bigEndian: true)[6] >> 4 != 5)
            yield return "podcast:guid is no UUID of version 5";
        foreach (var live in channel.Elements(Podcast + "liveItem"))
        {
            if ((string?)live.Attribute("status") is not ("pending" or "live" or "ended") || !DateTimeOffset.TryParse((string?)live.Attribute("start"), CultureInfo.InvariantCulture, out _))
                yield return "podcast:liveItem without a status or a start";
            if (!IsAbsolute((string?)live.Element(Podcast + "contentLink")?.Attribute("href")) || !IsAbsolute((string?)live.Element("enclosure")?.Attribute("url")) || live.Element("guid") is null)
                yield return "podcast:liveItem without contentLink, enclosure or guid";
        }
    }

    private static IEnumerable<string> CheckItem(XElement item)
    {
        if (item.Elements("title").ToList() is not [{ Value.Length: > 0 }])
            yield return "expected one title";
        if (item.Elements("guid").ToList() is not [{ Value.Length: > 0 } guid] || (string?)guid.Attribute("isPermaLink") != "false")
            yield return "expected one guid that is no link";
        if (item.Elements("enclosure").ToList() is not [var enclosure])
            yield return "expected one enclosure";
        else if (!IsAbsolute((string?)enclosure.Attribute("url")) || !long.TryParse((string?)enclosure.Attribute("length"), NumberStyles.None, CultureInfo.InvariantCulture, out _)
            || !MediaType().IsMatch((string?)enclosure.Attribute("type") ?? ""))
            yield return "the enclosure needs an absolute url, a length and a media type";
        if (item.Element("pubDate") is not { } date || DateOf(date.Value) is null)
            yield return $"pubDate '{item.Element("pubDate")?.Value}' is not as in RFC 2822";
        if (item.Element(ITunes + "duration") is { } duration && !uint.TryParse(duration.Value, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            yield return "itunes:duration is not in seconds";
        if (item.Element(ITunes + "explicit") is { } isExplicit && isExplicit.Value is not ("true" or "false"))
            yield return "itunes:explicit is not true or false";
        if (item.Element(ITunes + "episodeType") is { } type && type.Value is not ("full" or "trailer" or "bonus"))
            yield return "itunes:episodeType is unknown";
        if (Encoding.UTF8.GetByteCount(item.Element("description")?.Value ?? "") > 4000)
            yield return "description has more than 4000 bytes";
        foreach (var file in item.Elements(Podcast + "transcript").Concat(item.Elements(Podcast + "chapters")))
        {
            if (!IsAbsolute((string?)file.Attribute("url")) || !MediaType().IsMatch((string?)file.Attribute("type") ?? ""))
                yield return $"{file.Name.LocalName} needs an absolute url and a media type";
        }
        if (item.Elements(Podcast + "person").Any(person => person.Value.Length is 0 or > 128))
            yield return "podcast:person needs a name of at most 128 characters";
    }

    private static DateTimeOffset? DateOf(string? text) =>
        DateTimeOffset.TryParseExact(text, "ddd, dd MMM yyyy HH:mm:ss zzz", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
        || DateTimeOffset.TryParseExact(text?.Replace("+0000", "+00:00", StringComparison.Ordinal), "ddd, dd MMM yyyy HH:mm:ss zzz", CultureInfo.InvariantCulture, DateTimeStyles.None, out date)
            ? date : null;

    private static bool IsAbsolute(string? url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";

    [GeneratedRegex(@"^[a-z]+/[a-z0-9.+-]+\z")]
    private static partial Regex MediaType();
}
