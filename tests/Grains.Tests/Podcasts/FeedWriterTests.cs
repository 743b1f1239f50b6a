using System.ServiceModel.Syndication;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using AudioOrleans.Grains.Interfaces.Podcasts;
using AudioOrleans.Grains.Podcasts;
using AudioOrleans.Testing.Feeds;

namespace AudioOrleans.Grains.Tests.Podcasts;

/// <summary>The documents of feeds.</summary>
public sealed class FeedWriterTests
{
    private const string Base = "https://radio.example.org";
    private static readonly Guid Id = Guid.Parse("01990c1e-7d5a-7c3e-9b0a-3f6a5a0b1c2d");
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly string FeedUrl = $"{Base}/v1/podcasts/{Id:D}/rss.xml";

    /// <summary>Text that XML cannot hold, must escape, or that apps show badly.</summary>
    private static readonly string Hostile = "]]> <b>&amp; \"quoted\" 'single' 🎧 \u202Eright to left \u0001\u0008\uFFFE\uFFFF\uD800 end" + new string('x', 200);

    [Fact]
    public void A_feed_with_hostile_text_everywhere_is_valid()
    {
        var state = Show(new PodcastFields
        {
            Title = Hostile, Description = Hostile + new string('ß', 3000), Author = Hostile, Copyright = Hostile, OwnerEmail = "dj@example.org", Link = "https://example.org/?a=1&b=\"2\"",
            Funding = [new Funding("https://example.org/?a&b", Hostile[..100])], Categories = ["Health & Fitness / Mental Health", "Arts"], Locked = true,
        });
        state = With(state, 3, i => new EpisodeFields
        {
            Title = Hostile + i, Description = i == 0 ? string.Concat(Enumerable.Repeat("<p>" + Hostile + "</p>", 60)) : Hostile, EpisodeNumber = i + 1, Season = 2, Type = EpisodeType.Bonus, Explicit = true,
            Persons = [new Person(Hostile[..50], Hostile[..50], null, null, "https://example.org/?a&b")],
            Chapters = [new(0, Hostile, null, null, null, false)], TranscriptUrl = "https://example.org/t.vtt?x=1", Guid = "guid " + Hostile + i,
        });
        state = EpisodeRules.With(state, state.Episodes[0] with { Transcripts = [new Transcript("de", "text/vtt", "key", null)] }, Now);
        var xml = Write(state, live: new LiveItem(Guid.NewGuid(), Hostile, Now)).Xml;
        Assert.Empty(FeedValidator.Check(xml));
        using var reader = XmlReader.Create(new MemoryStream(xml));
        var feed = SyndicationFeed.Load(reader);
        Assert.Equal(3, feed.Items.Count());
        Assert.Equal(AudioOrleans.Grains.Podcasts.XmlText.Clean(Hostile) + "2", feed.Items.First().Title.Text.Trim());
        Assert.DoesNotContain("\u0001", Encoding.UTF8.GetString(xml), StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_show_is_valid() => Assert.Empty(FeedValidator.Check(Write(Show(new PodcastFields { Title = "Show" })).Xml));

    [Fact]
    public void The_validator_finds_what_is_missing()
    {
        var document = XDocument.Parse(Encoding.UTF8.GetString(Write(With(Show(new PodcastFields { Title = "Show" }), 2)).Xml));
        foreach (var element in document.Root!.Element("channel")!.Elements().Where(element => element.Name.LocalName is not ("item" or "lastBuildDate" or "generator" or "author" or "type" or "medium" or "locked" or "owner")).ToList())
        {
            var without = new XDocument(document);
            without.Root!.Element("channel")!.Element(element.Name)!.Remove();
            Assert.True(FeedValidator.Check(Encoding.UTF8.GetBytes(without.ToString())).Count > 0, $"{element.Name} is not required");
        }
        foreach (var name in new[] { "title", "guid", "enclosure", "pubDate" })
        {
            var without = new XDocument(document);
            without.Descendants("item").First().Element(name)!.Remove();
            Assert.True(FeedValidator.Check(Encoding.UTF8.GetBytes(without.ToString())).Count > 0, $"{name} is not required");
        }
        Assert.NotEmpty(FeedValidator.Check(Encoding.UTF8.GetBytes(document.ToString().Replace("false</itunes:explicit>", "no</itunes:explicit>", StringComparison.Ordinal))));
    }

    [Fact]
    public void Long_show_notes_stand_whole_beside_a_short_description()
    {
        var state = With(Show(new PodcastFields { Title = "Show" }), 1, _ => new EpisodeFields { Title = "One", Description = string.Concat(Enumerable.Repeat("<p>Grüße 🎧</p>", 500)) });
        var item = XDocument.Parse(Encoding.UTF8.GetString(Write(state).Xml)).Descendants("item").Single();
        var description = item.Element("description")!.Value;
        Assert.InRange(Encoding.UTF8.GetByteCount(description), 3990, 4000);
        Assert.DoesNotContain("<p>", description, StringComparison.Ordinal);
        Assert.DoesNotContain('\uFFFD', description);
        Assert.Equal(500, item.Element(XName.Get("encoded", "http://purl.org/rss/1.0/modules/content/"))!.Value.Split("<p>").Length - 1);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1000, 0)]
    [InlineData(1001, 1)]
    [InlineData(2000, 1)]
    [InlineData(2001, 2)]
    public void Older_episodes_are_in_archived_pages_that_are_full(int episodes, int archives)
    {
        Assert.Equal(archives, FeedWriter.ArchivesOf(episodes));
        var state = With(Show(new PodcastFields { Title = "Show" }), episodes);
        var seen = new HashSet<string>();
        for (var page = 0; page <= archives; page++)
        {
            var xml = Write(state, page).Xml;
            Assert.Empty(FeedValidator.Check(xml));
            var channel = XDocument.Parse(Encoding.UTF8.GetString(xml)).Root!.Element("channel")!;
            var guids = channel.Elements("item").Select(item => item.Element("guid")!.Value).ToList();
            Assert.Equal(Math.Min(episodes, 1000), guids.Count);
            seen.UnionWith(guids);
            string? Link(string relation) => channel.Elements(XName.Get("link", "http://www.w3.org/2005/Atom")).SingleOrDefault(link => (string)link.Attribute("rel")! == relation)?.Attribute("href")!.Value;
            var previous = page == 0 ? archives : page - 1;
            Assert.Equal(previous > 0 ? $"{FeedUrl}?archive={previous}" : null, Link("prev-archive"));
            Assert.Equal(page > 0 ? FeedUrl : null, Link("current"));
            Assert.Equal(page > 0, channel.Element(XName.Get("archive", "http://purl.org/syndication/history/1.0")) is not null);
        }
        Assert.Equal(episodes, seen.Count);
    }

    [Fact]
    public void What_signs_paywalled_addresses_is_inserted_where_they_end()
    {
        var state = With(Show(new PodcastFields { Title = "Ünïcödé" }), 3, i => new EpisodeFields { Title = $"Ö{i}", Paid = i == 1, Chapters = [new(0, "a", null, null, null, false)] });
        var (xml, paid) = Write(state);
        var episode = state.Episodes.Single(one => one.Fields.Paid == true).EpisodeId;
        Assert.Equal([episode, episode], paid.Select(one => one.EpisodeId));
        Assert.All(paid, one => Assert.Equal((byte)'"', xml[one.Offset]));
        Assert.EndsWith($"/episodes/{episode:D}/{episode:D}.mp3", Encoding.UTF8.GetString(xml, 0, paid[0].Offset), StringComparison.Ordinal);
        Assert.EndsWith($"/episodes/{episode:D}/chapters.json", Encoding.UTF8.GetString(xml, 0, paid[1].Offset), StringComparison.Ordinal);
    }

    internal static PodcastState Show(PodcastFields fields) => PodcastRules.Create(new CreatePodcast(Guid.NewGuid(), fields, FeedUrl), Now);

    internal static PodcastState With(PodcastState state, int episodes, Func<int, EpisodeFields>? fields = null) => state with
    {
        Episodes =
        [
            .. Enumerable.Range(0, episodes).Select(i => EpisodeRules.Create(Guid.CreateVersion7(), (fields?.Invoke(i) ?? new EpisodeFields { Title = $"Episode {i}" }) with { PublicationDate = Now.AddDays(i - 5000) }, Now)
                with { Media = new EpisodeMedia("audio/mpeg", 1000 + i, TimeSpan.FromSeconds(60.4), new("T", null, null, null, new("k", 0, 1000 + i, TimeSpan.FromSeconds(60.4), 44100, 2, []), "p", false)) }),
        ],
    };

    internal static (byte[] Xml, System.Collections.Immutable.ImmutableArray<PaidAddress> Paid) Write(PodcastState state, int archive = 0, LiveItem? live = null)
    {
        using var writer = new FeedWriter(Id, state, new FeedRequest(Base, FeedUrl, archive, null), "https://hub.example.org/");
        return writer.Write(EpisodeRules.Published(state, Now), live, Now);
    }
}
