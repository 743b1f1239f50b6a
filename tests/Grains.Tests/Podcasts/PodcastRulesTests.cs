using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Media;
using AudioOrleans.Grains.Interfaces.Podcasts;
using AudioOrleans.Grains.Podcasts;

namespace AudioOrleans.Grains.Tests.Podcasts;

/// <summary>What podcasts and episodes may hold, and what follows from it.</summary>
public sealed class PodcastRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("https://podnews.net/rss", "9b024349-ccf0-5f69-a609-6b82873eab3c")]
    [InlineData("http://podnews.net/rss/", "9b024349-ccf0-5f69-a609-6b82873eab3c")]
    [InlineData("podnews.net/rss//", "9b024349-ccf0-5f69-a609-6b82873eab3c")]
    public void The_guid_of_a_podcast_is_made_from_its_address_without_scheme_and_slashes(string url, string guid) =>
        Assert.Equal(Guid.Parse(guid), PodcastRules.GuidOf(url));

    [Theory]
    [InlineData("title", "")]
    [InlineData("title", "a\u0001b")]
    [InlineData("language", "english language")]
    [InlineData("owner_email", "nobody")]
    [InlineData("link", "ftp://example.org")]
    [InlineData("image_url", "https://user@example.org/a.jpg")]
    [InlineData("medium", "radio")]
    public void A_wrong_text_is_named(string field, string value)
    {
        var fields = field switch
        {
            "title" => new PodcastFields { Title = value },
            "language" => new PodcastFields { Language = value },
            "owner_email" => new PodcastFields { OwnerEmail = value },
            "link" => new PodcastFields { Link = value },
            "image_url" => new PodcastFields { ImageUrl = value },
            _ => new PodcastFields { Medium = value },
        };
        Assert.Equal(field, Assert.Single(PodcastRules.Check(fields)).Field);
    }

    [Fact]
    public void Each_wrong_item_of_a_list_is_named()
    {
        var problems = PodcastRules.Check(new PodcastFields { Categories = ["Music", "Music / Jazz"], Funding = [new Funding("javascript:x()", "Help")] });
        Assert.Equal(["categories[1]", "funding[0].url"], problems.Select(problem => problem.Field));
        Assert.Equal(FieldCodes.TooMany, Assert.Single(PodcastRules.Check(new PodcastFields { Categories = ["Music", "Arts", "News", "History"] })).Code);
    }

    [Fact]
    public void A_patch_names_what_it_changed_and_leaves_the_rest()
    {
        var state = PodcastRules.Create(new CreatePodcast(Guid.NewGuid(), new PodcastFields { Title = "One", Author = "Ann" }, "https://example.org/rss.xml"), Now);
        var (same, none) = PodcastRules.Apply(new PodcastFields { Title = " One ", Categories = ["Music"] }, state, Now.AddHours(1));
        Assert.Same(state, same);
        Assert.Empty(none);
        var (next, changed) = PodcastRules.Apply(new PodcastFields { Title = "Two", Categories = ["Arts"], LiveStreamId = Guid.Empty }, state, Now.AddHours(1));
        Assert.Equal(["title", "categories"], changed.AsEnumerable());
        Assert.Equal(("Two", "Ann", 2L, Now.AddHours(1)), (next.Fields.Title, next.Fields.Author, next.Revision, next.UpdatedAt));
    }

    [Fact]
    public void A_new_episode_needs_a_title_and_exactly_one_source()
    {
        static IEnumerable<string> Fields(EpisodeFields fields) => EpisodeRules.CheckNew(fields, Now).Select(problem => problem.Field);
        Assert.Equal(["title", "upload_id"], Fields(new EpisodeFields()));
        Assert.Contains("upload_id", Fields(new EpisodeFields { Title = "One", UploadId = Guid.NewGuid(), MediaUrl = "https://example.org/a.mp3" }));
        Assert.Empty(Fields(new EpisodeFields { Title = "One", UploadId = Guid.NewGuid() }));
        Assert.Equal(["media_url"], Fields(new EpisodeFields { Title = "One", MediaUrl = "file:///etc/passwd" }));
    }

    [Fact]
    public void A_scheduled_episode_needs_a_time_in_the_future()
    {
        static string CodeOf(DateTimeOffset? date) =>
            EpisodeRules.Check(new EpisodeFields { Status = EpisodeStatus.Scheduled, PublicationDate = date }, Now) is [var problem] ? problem.Code : "";
        Assert.Equal((FieldCodes.Required, FieldCodes.InThePast, ""), (CodeOf(null), CodeOf(Now.AddSeconds(-1)), CodeOf(Now.AddSeconds(1))));
    }

    [Fact]
    public void Chapters_come_in_the_order_of_their_start()
    {
        var problems = EpisodeRules.Check(
            new EpisodeFields { Chapters = [new(0, "a", null, null, null, false), new(20, "b", null, null, 10, false), new(10, "c", null, null, null, false), new(double.NaN, "d", null, null, null, false)] }, Now);
        Assert.Equal(["chapters[1].end_time", "chapters[2].start_time", "chapters[3].start_time"], problems.Select(problem => problem.Field));
    }

    [Fact]
    public void What_is_published_depends_on_the_time_the_draft_and_the_audio()
    {
        var state = new PodcastState { Fields = new PodcastFields { Monetized = false } };
        StoredEpisode Add(string title, DateTimeOffset date, EpisodeStatus? status = null, bool hasAudio = true)
        {
            var episode = EpisodeRules.Create(Guid.NewGuid(), new EpisodeFields { Title = title, PublicationDate = date, Status = status }, Now);
            episode = hasAudio ? episode with { Media = new EpisodeMedia("audio/mpeg", 1, null, null) } : episode;
            state = EpisodeRules.With(state, episode, Now);
            return episode;
        }
        Add("old", Now.AddDays(-2));
        Add("new", Now.AddDays(-1));
        Add("draft", Now.AddDays(-1), EpisodeStatus.Draft);
        Add("pending", Now.AddDays(-1), hasAudio: false);
        Add("soon", Now.AddMinutes(1));
        Add("later", Now.AddDays(1));
        Assert.Equal(["new", "old"], EpisodeRules.Published(state, Now).Select(episode => episode.Fields.Title));
        Assert.Equal(["soon", "new", "old"], EpisodeRules.Published(state, Now.AddMinutes(1)).Select(episode => episode.Fields.Title));
        Assert.Equal(Now.AddMinutes(1), EpisodeRules.NextPublication(state, Now));
        Assert.Equal(Now.AddDays(1), EpisodeRules.NextPublication(state, Now.AddMinutes(1)));
    }

    [Theory]
    [InlineData(0, 100)]
    [InlineData(60, 48_100)]
    [InlineData(59, 47_300)]
    [InlineData(600, 80_100)]
    public void A_constant_file_is_cut_by_its_share_after_what_precedes_the_audio(int seconds, long end) =>
        Assert.Equal(end, EpisodeRules.BytesUntil(new Mp3Source("k", 100, 80_000, TimeSpan.FromSeconds(100), 44100, 2, []), TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(6, 1_100)]
    [InlineData(7, 5_100)]
    [InlineData(12, 5_100)]
    [InlineData(20, 9_100)]
    public void A_variable_file_is_cut_at_the_next_six_seconds(int seconds, long end) =>
        Assert.Equal(end, EpisodeRules.BytesUntil(new Mp3Source("k", 100, 9_000, TimeSpan.FromSeconds(18), 44100, 2, [0, 1_000, 5_000]), TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void External_audio_cannot_need_a_subscription()
    {
        var episode = EpisodeRules.Create(Guid.NewGuid(), new EpisodeFields { Title = "One", MediaUrl = "https://example.org/a.mp3", Paid = true }, Now);
        Assert.Equal("external_audio", EpisodeRules.RefusePaid(episode)!.Unusable!.Reason);
        Assert.Null(EpisodeRules.RefusePaid(episode with { Fields = episode.Fields with { Paid = false } }));
    }

    [Fact]
    public void An_import_that_is_repeated_adds_only_what_is_missing()
    {
        var state = PodcastRules.Create(new CreatePodcast(Guid.NewGuid(), new PodcastFields { Title = "Show" }, "https://example.org/rss.xml"), Now);
        ImportedEpisode Episode(int i) => new($"guid {i}", new EpisodeFields { Title = $"Episode {i}", MediaUrl = $"https://example.org/{i}.mp3", PublicationDate = Now.AddDays(-i) }, "audio/mpeg", 1000);
        state = EpisodeRules.Import(state, [Episode(1), Episode(2), Episode(1)], Now);
        var first = state.Episodes[0].EpisodeId;
        state = EpisodeRules.Import(state, [Episode(1), Episode(2), Episode(3)], Now.AddHours(1));
        Assert.Equal(["guid 1", "guid 2", "guid 3"], state.Episodes.Select(episode => episode.Guid));
        Assert.Equal(first, state.Episodes[0].EpisodeId);
        state = EpisodeRules.Import(state, [.. Enumerable.Range(0, PodcastRules.MostEpisodes + 10).Select(Episode)], Now);
        Assert.Equal(PodcastRules.MostEpisodes, state.Episodes.Length);
    }
}
