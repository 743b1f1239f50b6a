using System.Globalization;
using System.Text;
using System.Xml;
using AudioOrleans.Grains.Interfaces.Media;
using AudioOrleans.Grains.Interfaces.Podcasts;

namespace AudioOrleans.Grains.Podcasts;

/// <summary>A podcast's stream that is on air, for its feed.</summary>
/// <param name="StreamId">The stream.</param>
/// <param name="Title">Its name.</param>
/// <param name="StartedAt">Since when it has been on air, UTC, in whole minutes.</param>
public sealed record LiveItem(Guid StreamId, string Title, DateTimeOffset StartedAt);

/// <summary>
/// Writes feeds: RSS 2.0 with Apple's tags (https://podcasters.apple.com/support/823-podcast-requirements), those of Podcasting 2.0
/// (https://podcastindex.org/namespace/1.0), and archived pages (RFC 5005, section 4).
/// </summary>
/// <param name="podcastId">The podcast.</param>
/// <param name="state">Its state.</param>
/// <param name="request">The document.</param>
/// <param name="hubUrl">The WebSub hub that is notified of changes; null for none.</param>
public sealed class FeedWriter(Guid podcastId, PodcastState state, FeedRequest request, string? hubUrl) : IDisposable
{
    /// <summary>The most episodes of one document.</summary>
    public const int PageSize = 1000;

    private const string ITunes = "http://www.itunes.com/dtds/podcast-1.0.dtd";
    private const string Podcast = "https://podcastindex.org/namespace/1.0";
    private const string Atom = "http://www.w3.org/2005/Atom";
    private const string Content = "http://purl.org/rss/1.0/modules/content/";
    private const string History = "http://purl.org/syndication/history/1.0";

    /// <summary>Directories require 1,400 to 3,000 pixels, and a JPEG or PNG.</summary>
    private const string Cover = "3000.jpg";

    /// <summary>Apple's limit on descriptions, in bytes of UTF-8.</summary>
    private const int LongestDescription = 4000;

    private static readonly XmlWriterSettings Settings = new() { Encoding = new UTF8Encoding(false), CheckCharacters = false };

    private readonly MemoryStream _output = new();
    private readonly List<PaidAddress> _paid = [];

    private string PodcastUrl => $"{request.BaseUrl}/v1/podcasts/{podcastId:D}";

    /// <summary>How many archived pages a feed of so many episodes has: what its own document does not list.</summary>
    public static int ArchivesOf(int episodes) => episodes <= PageSize ? 0 : (episodes - 1) / PageSize;

    /// <summary>Writes a document.</summary>
    /// <param name="published">All published episodes, newest first.</param>
    /// <param name="live">The stream that is on air; null for none.</param>
    /// <param name="lastModified">When its content last changed, UTC.</param>
    public (byte[] Xml, ImmutableArray<PaidAddress> Paid) Write(IReadOnlyList<StoredEpisode> published, LiveItem? live, DateTimeOffset lastModified)
    {
        using (var xml = XmlWriter.Create(_output, Settings))
        {
            xml.WriteStartDocument();
            xml.WriteStartElement("rss");
            xml.WriteAttributeString("version", "2.0");
            xml.WriteAttributeString("xmlns", "itunes", null, ITunes);
            xml.WriteAttributeString("xmlns", "podcast", null, Podcast);
            xml.WriteAttributeString("xmlns", "atom", null, Atom);
            xml.WriteAttributeString("xmlns", "content", null, Content);
            xml.WriteAttributeString("xmlns", "fh", null, History);
            xml.WriteStartElement("channel");
            WriteLinks(xml, published.Count);
            WriteShow(xml, lastModified);
            if (live is not null && request.Archive == 0)
                WriteLive(xml, live);
            foreach (var episode in PageOf(published))
                WriteEpisode(xml, episode);
            xml.WriteEndElement();
            xml.WriteEndElement();
        }
        return (_output.ToArray(), [.. _paid]);
    }

    /// <inheritdoc/>
    public void Dispose() => _output.Dispose();

    /// <summary>The newest episodes, or those of an archived page: pages are filled from the oldest episode on, so that they never change again.</summary>
    private IEnumerable<StoredEpisode> PageOf(IReadOnlyList<StoredEpisode> published) => request.Archive == 0
        ? published.Take(PageSize)
        : published.SkipLast((request.Archive - 1) * PageSize).TakeLast(PageSize);

    private void WriteLinks(XmlWriter xml, int count)
    {
        WriteLink(xml, "self", request.Archive == 0 ? request.FeedUrl : ArchiveUrl(request.Archive));
        if (hubUrl is not null && request.Archive == 0)
            WriteLink(xml, "hub", hubUrl);
        if (request.Archive > 0)
        {
            xml.WriteElementString("archive", History, null);
            WriteLink(xml, "current", request.FeedUrl);
        }
        var archives = ArchivesOf(count);
        var previous = request.Archive == 0 ? archives : request.Archive - 1;
        if (previous > 0)
            WriteLink(xml, "prev-archive", ArchiveUrl(previous));
        if (request.Archive > 0 && request.Archive < archives)
            WriteLink(xml, "next-archive", ArchiveUrl(request.Archive + 1));
    }

    private string ArchiveUrl(int page) => string.Create(CultureInfo.InvariantCulture, $"{request.FeedUrl}?archive={page}");

    private static void WriteLink(XmlWriter xml, string relation, string url)
    {
        xml.WriteStartElement("link", Atom);
        xml.WriteAttributeString("rel", relation);
        xml.WriteAttributeString("href", url);
        if (relation != "hub")
            xml.WriteAttributeString("type", "application/rss+xml");
        xml.WriteEndElement();
    }

    private void WriteShow(XmlWriter xml, DateTimeOffset lastModified)
    {
        var show = state.Fields;
        Text(xml, "title", show.Title!);
        Text(xml, "link", show.Link is { Length: > 0 } link ? link : request.BaseUrl + "/");
        Text(xml, "description", Fit(state.DescriptionHtml) is { Length: > 0 } description ? description : show.Title!);
        Text(xml, "language", show.Language!);
        if (show.Copyright is { Length: > 0 } copyright)
            Text(xml, "copyright", copyright);
        Text(xml, "lastBuildDate", Rfc2822(lastModified));
        Text(xml, "generator", "Audio.Orleans");
        Text(xml, "author", show.Author is { Length: > 0 } author ? author : show.Title!, ITunes);
        Text(xml, "explicit", show.Explicit!.Value ? "true" : "false", ITunes);
        Text(xml, "type", Word(show.Type!.Value), ITunes);
        Image(xml, ImageOf(PodcastUrl, state.Cover, show.ImageUrl) ?? request.BaseUrl + "/podcast.jpg");
        foreach (var category in show.Categories!.Value)
            WriteCategory(xml, category);
        if (show.OwnerEmail is { Length: > 0 } email)
        {
            xml.WriteStartElement("owner", ITunes);
            Text(xml, "name", show.Author is { Length: > 0 } name ? name : show.Title!, ITunes);
            Text(xml, "email", email, ITunes);
            xml.WriteEndElement();
        }
        Text(xml, "guid", state.Guid.ToString("D"), Podcast);
        xml.WriteStartElement("locked", Podcast);
        if (show.OwnerEmail is { Length: > 0 } owner)
            xml.WriteAttributeString("owner", owner);
        xml.WriteString(show.Locked!.Value ? "yes" : "no");
        xml.WriteEndElement();
        Text(xml, "medium", show.Medium!, Podcast);
        foreach (var funding in show.Funding!.Value)
        {
            xml.WriteStartElement("funding", Podcast);
            xml.WriteAttributeString("url", funding.Url);
            xml.WriteString(XmlText.Clean(funding.Text));
            xml.WriteEndElement();
        }
    }

    private static void WriteCategory(XmlWriter xml, string category)
    {
        var parts = category.Split(PodcastCategories.Separator);
        foreach (var part in parts)
        {
            xml.WriteStartElement("category", ITunes);
            xml.WriteAttributeString("text", part);
        }
        foreach (var _ in parts)
            xml.WriteEndElement();
    }

    private void WriteEpisode(XmlWriter xml, StoredEpisode episode)
    {
        var fields = episode.Fields;
        xml.WriteStartElement("item");
        Text(xml, "title", fields.Title!);
        xml.WriteStartElement("guid");
        xml.WriteAttributeString("isPermaLink", "false");
        xml.WriteString(XmlText.Clean(episode.Guid));
        xml.WriteEndElement();
        Text(xml, "pubDate", Rfc2822(episode.PublicationDate));
        if (fields.Link is { Length: > 0 } link)
            Text(xml, "link", link);
        WriteEnclosure(xml, episode);
        if (episode.DescriptionHtml.Length > 0)
        {
            var fitting = Fit(episode.DescriptionHtml);
            Text(xml, "description", fitting);
            if (fitting.Length != episode.DescriptionHtml.Length)
                Text(xml, "encoded", episode.DescriptionHtml, Content);
        }
        if (episode.Media!.Duration is { } duration)
            Text(xml, "duration", Number(Math.Max(1, Math.Round(duration.TotalSeconds))), ITunes);
        if (fields.Explicit is { } isExplicit)
            Text(xml, "explicit", isExplicit ? "true" : "false", ITunes);
        Text(xml, "episodeType", Word(fields.Type!.Value), ITunes);
        if (fields.EpisodeNumber > 0)
            Text(xml, "episode", Number(fields.EpisodeNumber.Value), ITunes);
        if (fields.Season > 0)
            Text(xml, "season", Number(fields.Season.Value), ITunes);
        if (ImageOf($"{PodcastUrl}/episodes/{episode.EpisodeId:D}", episode.Cover, fields.ImageUrl) is { } image)
            Image(xml, image);
        if (fields.Chapters is { IsEmpty: false })
        {
            xml.WriteStartElement("chapters", Podcast);
            xml.WriteAttributeString("type", "application/json+chapters");
            WriteOwnUrl(xml, episode, "chapters.json");
            xml.WriteEndElement();
        }
        WriteTranscripts(xml, episode);
        foreach (var person in fields.Persons!.Value)
            WritePerson(xml, person);
        xml.WriteEndElement();
    }

    private void WriteEnclosure(XmlWriter xml, StoredEpisode episode)
    {
        var media = episode.Media!;
        var isOurs = media.Asset is not null || episode.Fields.CountDownloads!.Value;
        xml.WriteStartElement("enclosure");
        xml.WriteAttributeString("length", Number(media.Length));
        xml.WriteAttributeString("type", media.ContentType);
        if (isOurs)
            WriteOwnUrl(xml, episode, $"{episode.EpisodeId:D}.mp3"); // Clients such as podget take the last part of the address for the file's name.
        else
            xml.WriteAttributeString("url", episode.Fields.MediaUrl);
        xml.WriteEndElement();
    }

    /// <summary>The address of an episode's file on this platform; where it ends is noted if the episode needs a subscription.</summary>
    private void WriteOwnUrl(XmlWriter xml, StoredEpisode episode, string file)
    {
        xml.WriteAttributeString("url", $"{PodcastUrl}/episodes/{episode.EpisodeId:D}/{file}");
        if (!EpisodeRules.IsPaid(state, episode))
            return;
        xml.Flush();
        _paid.Add(new PaidAddress((int)_output.Length - 1, episode.EpisodeId)); // Before the closing quote.
    }

    private void WriteTranscripts(XmlWriter xml, StoredEpisode episode)
    {
        foreach (var transcript in episode.Transcripts)
        {
            xml.WriteStartElement("transcript", Podcast);
            xml.WriteAttributeString("type", transcript.ContentType);
            xml.WriteAttributeString("language", transcript.Language);
            WriteOwnUrl(xml, episode, $"transcripts/{transcript.Language}");
            xml.WriteEndElement();
        }
        if (episode.Fields.TranscriptUrl is not { Length: > 0 } external)
            return;
        xml.WriteStartElement("transcript", Podcast);
        xml.WriteAttributeString("url", external);
        xml.WriteAttributeString("type", TranscriptFormats.OfUrl(external));
        xml.WriteEndElement();
    }

    private static void WritePerson(XmlWriter xml, Person person)
    {
        xml.WriteStartElement("person", Podcast);
        foreach (var (name, value) in new[] { ("role", person.Role), ("group", person.Group), ("img", person.ImageUrl), ("href", person.Url) })
        {
            if (value is { Length: > 0 })
                xml.WriteAttributeString(name, XmlText.Clean(value));
        }
        xml.WriteString(XmlText.Clean(person.Name));
        xml.WriteEndElement();
    }

    private void WriteLive(XmlWriter xml, LiveItem live)
    {
        var stream = $"{request.BaseUrl}/v1/streams/{live.StreamId:D}";
        xml.WriteStartElement("liveItem", Podcast);
        xml.WriteAttributeString("status", "live");
        xml.WriteAttributeString("start", live.StartedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        Text(xml, "title", live.Title);
        xml.WriteStartElement("guid");
        xml.WriteAttributeString("isPermaLink", "false");
        xml.WriteString($"{live.StreamId:D}/{live.StartedAt.ToUnixTimeSeconds()}");
        xml.WriteEndElement();
        Text(xml, "link", $"{stream}/live.m3u8");
        xml.WriteStartElement("enclosure");
        xml.WriteAttributeString("length", "0");
        xml.WriteAttributeString("type", "audio/mpeg");
        xml.WriteAttributeString("url", $"{stream}/live.mp3");
        xml.WriteEndElement();
        xml.WriteStartElement("contentLink", Podcast);
        xml.WriteAttributeString("href", $"{stream}/live.m3u8");
        xml.WriteString(XmlText.Clean(live.Title));
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    /// <summary>HTML that fits the directories' limit; otherwise the beginning of its text.</summary>
    private static string Fit(string html)
    {
        if (Encoding.UTF8.GetByteCount(html) <= LongestDescription)
            return html;
        var bytes = Encoding.UTF8.GetBytes(ShowNotes.ToPlainText(html));
        var end = Math.Min(bytes.Length, LongestDescription);
        while (end > 0 && end < bytes.Length && (bytes[end] & 0xC0) == 0x80)
            end--; // Not inside a character.
        return Encoding.UTF8.GetString(bytes, 0, end);
    }

    /// <summary>A cover that was uploaded takes precedence; null for none.</summary>
    private static string? ImageOf(string address, CoverState cover, string? external) =>
        cover.Current is { } own ? CoverKeys.Address(address, Cover, own) : external is { Length: > 0 } ? external : null;

    private static void Image(XmlWriter xml, string url)
    {
        xml.WriteStartElement("image", ITunes);
        xml.WriteAttributeString("href", url);
        xml.WriteEndElement();
    }

    private static void Text(XmlWriter xml, string name, string text, string? ns = null)
    {
        xml.WriteStartElement(name, ns);
        xml.WriteString(XmlText.Clean(text));
        xml.WriteEndElement();
    }

    private static string Number(double value) => value.ToString("0", CultureInfo.InvariantCulture);

    private static string Word<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();

    /// <summary>RFC 2822, section 3.3.</summary>
    private static string Rfc2822(DateTimeOffset time) => time.UtcDateTime.ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture);
}
