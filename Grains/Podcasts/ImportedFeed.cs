using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using AudioOrleans.Grains.Interfaces.Accounts;
using AudioOrleans.Grains.Interfaces.Podcasts;

namespace AudioOrleans.Grains.Podcasts;

/// <summary>A feed of another host cannot be imported; the message is a sentence for the DJ.</summary>
public sealed class ImportRefusedException(string message) : Exception(message);

/// <summary>A feed document of another host (RSS 2.0), read tolerantly: what is missing or malformed is left out, and texts are cut to our limits.</summary>
/// <param name="Fields">The show.</param>
/// <param name="Guid">Its <c>podcast:guid</c>; null for none.</param>
/// <param name="LockedBy">Whose consent an import needs (<c>podcast:locked</c>): the owner's address, empty if it is not named; null if the feed is not locked.</param>
/// <param name="Episodes">The episodes that have audio.</param>
/// <param name="NextPage">The address of older episodes (RFC 5005); null for none.</param>
public sealed record ImportedFeed(PodcastFields Fields, Guid? Guid, string? LockedBy, ImmutableArray<ImportedEpisode> Episodes, Uri? NextPage)
{
    private const int LongestTitle = 200;
    private const int LongestEpisodeTitle = 500;
    private const int LongestDescription = 4000;
    private const int LongestNotes = 20_000;
    private const int LongestGuid = 500;

    private static readonly XNamespace ITunes = "http://www.itunes.com/dtds/podcast-1.0.dtd";
    private static readonly XNamespace Podcast = "https://podcastindex.org/namespace/1.0";
    private static readonly XNamespace Atom = "http://www.w3.org/2005/Atom";
    private static readonly XNamespace Content = "http://purl.org/rss/1.0/modules/content/";

    /// <summary>Entities are not expanded, so that a small document cannot become a huge one.</summary>
    private static readonly XmlReaderSettings Settings = new() { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null, CheckCharacters = false, MaxCharactersFromEntities = 1 };

    /// <summary>Reads a document.</summary>
    /// <param name="document">The document.</param>
    /// <param name="url">Its address, to which addresses in it are relative.</param>
    /// <exception cref="ImportRefusedException">It is not a feed.</exception>
    public static ImportedFeed Read(Stream document, Uri url)
    {
        XDocument xml;
        try
        {
            using var reader = XmlReader.Create(document, Settings);
            xml = XDocument.Load(reader);
        }
        catch (XmlException exception)
        {
            throw new ImportRefusedException($"The feed is not well-formed XML: line {exception.LineNumber}, position {exception.LinePosition}.");
        }
        if (xml.Root is not { Name.LocalName: "rss" } || xml.Root.Element("channel") is not { } channel)
            throw new ImportRefusedException("The address is not a podcast feed; expected RSS 2.0 with a channel.");
        var owner = Text(channel.Element(ITunes + "owner")?.Element(ITunes + "email"));
        var locked = channel.Element(Podcast + "locked");
        return new ImportedFeed(
            ShowOf(channel, owner), System.Guid.TryParseExact(Text(channel.Element(Podcast + "guid")), "D", out var guid) ? guid : null,
            Text(locked) == "yes" ? (string?)locked!.Attribute("owner") ?? owner : null,
            [.. channel.Elements("item").Select(EpisodeOf).OfType<ImportedEpisode>()],
            channel.Elements(Atom + "link").Where(link => (string?)link.Attribute("rel") is "next" or "prev-archive")
                .Select(link => Uri.TryCreate(url, (string?)link.Attribute("href"), out var next) ? next : null).FirstOrDefault(next => next is not null));
    }

    private static PodcastFields ShowOf(XElement channel, string owner) => new()
    {
        Title = Cut(Text(channel.Element("title")), LongestTitle) is { Length: > 0 } title ? title : "Imported podcast",
        Description = Cut(Text(channel.Element("description") ?? channel.Element(ITunes + "summary")), LongestDescription, isLine: false),
        Language = PodcastRules.IsLanguage(Text(channel.Element("language"))) ? Text(channel.Element("language")) : null,
        Author = Cut(Text(channel.Element(ITunes + "author")), LongestTitle),
        OwnerEmail = EmailAddress.Normalize(owner) is null ? null : owner,
        Link = UrlOf(Text(channel.Element("link"))),
        ImageUrl = UrlOf((string?)channel.Element(ITunes + "image")?.Attribute("href") ?? Text(channel.Element("image")?.Element("url"))),
        Explicit = Text(channel.Element(ITunes + "explicit")) is "true" or "yes" or "explicit",
        Categories = [.. channel.Elements(ITunes + "category").SelectMany(CategoriesOf).Where(PodcastCategories.Contains).Distinct().Take(3)],
        Funding = [.. channel.Elements(Podcast + "funding").Select(link => new Funding((string?)link.Attribute("url") ?? "", Cut(link.Value, 128))).Where(link => FieldRules.IsUrl(link.Url) && link.Text.Length > 0).Take(5)],
        Medium = PodcastRules.IsMedium(Text(channel.Element(Podcast + "medium"))) ? Text(channel.Element(Podcast + "medium")) : null,
        Type = Text(channel.Element(ITunes + "type")) == "serial" ? PodcastType.Serial : PodcastType.Episodic,
        Copyright = Cut(Text(channel.Element("copyright")), LongestTitle),
    };

    private static IEnumerable<string> CategoriesOf(XElement category)
    {
        var name = (string?)category.Attribute("text") ?? "";
        var inner = category.Elements(ITunes + "category").Select(sub => name + PodcastCategories.Separator + (string?)sub.Attribute("text")).ToList();
        return inner.Count > 0 ? inner : [name];
    }

    /// <summary>Null for an item without audio.</summary>
    private static ImportedEpisode? EpisodeOf(XElement item)
    {
        var enclosure = item.Elements("enclosure").FirstOrDefault(one => FieldRules.IsUrl((string?)one.Attribute("url")));
        if (enclosure is null)
            return null;
        var url = ((string)enclosure.Attribute("url")!).Trim();
        var type = (string?)enclosure.Attribute("type");
        var guid = Cut(Text(item.Element("guid")), LongestGuid);
        return new ImportedEpisode(
            guid.Length > 0 ? guid : url,
            new EpisodeFields
            {
                Title = Cut(Text(item.Element("title")), LongestEpisodeTitle) is { Length: > 0 } title ? title : "Untitled",
                Description = Cut(Text(item.Element(Content + "encoded") ?? item.Element("description") ?? item.Element(ITunes + "summary")), LongestNotes, isLine: false),
                MediaUrl = url,
                DurationSeconds = DurationOf(Text(item.Element(ITunes + "duration"))),
                PublicationDate = DateOf(Text(item.Element("pubDate"))),
                EpisodeNumber = NumberOf(Text(item.Element(ITunes + "episode"))),
                Season = NumberOf(Text(item.Element(ITunes + "season"))),
                Type = Text(item.Element(ITunes + "episodeType")) switch { "trailer" => EpisodeType.Trailer, "bonus" => EpisodeType.Bonus, _ => EpisodeType.Full },
                Explicit = item.Element(ITunes + "explicit") is { } isExplicit ? Text(isExplicit) is "true" or "yes" or "explicit" : null,
                ImageUrl = UrlOf((string?)item.Element(ITunes + "image")?.Attribute("href")),
                Link = UrlOf(Text(item.Element("link"))),
                Persons =
                [
                    .. item.Elements(Podcast + "person").Select(one => new Person(Cut(one.Value, 128), (string?)one.Attribute("role"), (string?)one.Attribute("group"), UrlOf((string?)one.Attribute("img")), UrlOf((string?)one.Attribute("href"))))
                        .Where(person => person.Name.Length > 0).Take(50),
                ],
                TranscriptUrl = UrlOf((string?)item.Element(Podcast + "transcript")?.Attribute("url")),
            },
            type is { Length: > 0 and < 100 } && type.Contains('/', StringComparison.Ordinal) ? type.Trim().ToLowerInvariant() : "audio/mpeg",
            long.TryParse((string?)enclosure.Attribute("length"), NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? length : 0);
    }

    /// <summary>Seconds, or hours, minutes and seconds with colons.</summary>
    private static double? DurationOf(string text)
    {
        var seconds = 0.0;
        foreach (var part in text.Split(':'))
        {
            if (!double.TryParse(part, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
                return null;
            seconds = (seconds * 60) + number;
        }
        return seconds is > 0 and < 24 * 3600 ? seconds : null;
    }

    /// <summary>RFC 822 and its successors, with the names of zones that feeds use.</summary>
    private static DateTimeOffset? DateOf(string text)
    {
        foreach (var (zone, offset) in new[] { ("GMT", "+00:00"), ("UTC", "+00:00"), ("UT", "+00:00"), ("EST", "-05:00"), ("EDT", "-04:00"), ("CST", "-06:00"), ("CDT", "-05:00"), ("MST", "-07:00"), ("MDT", "-06:00"), ("PST", "-08:00"), ("PDT", "-07:00") })
        {
            if (text.EndsWith(" " + zone, StringComparison.OrdinalIgnoreCase))
                text = text[..^zone.Length] + offset;
        }
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowWhiteSpaces, out var date) ? date.ToUniversalTime() : null;
    }

    private static int? NumberOf(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 100_000 ? number : null;

    private static string? UrlOf(string? text) => FieldRules.IsUrl(text) ? text!.Trim() : null;

    private static string Text(XElement? element) => element?.Value.Trim() ?? "";

    private static string Cut(string text, int length, bool isLine = true)
    {
        var clean = new StringBuilder();
        foreach (var rune in XmlText.Clean(text).EnumerateRunes())
        {
            if (clean.Length + rune.Utf16SequenceLength > length)
                break;
            if (!Rune.IsControl(rune))
                clean.Append(rune);
            else if (rune.Value is '\n' or '\t' or '\r')
                clean.Append(isLine ? ' ' : (char)rune.Value);
        }
        return clean.ToString().Trim();
    }
}
