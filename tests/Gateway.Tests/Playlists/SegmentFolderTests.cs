using AudioOrleans.Gateway.Playlists;
using AudioOrleans.Grains.Interfaces.Access;
using AudioOrleans.Grains.Interfaces.Playlists;

namespace AudioOrleans.Gateway.Tests.Playlists;

public sealed class SegmentFolderTests
{
    [Fact]
    public void Folders_of_a_manifest_are_found_by_name_and_cached()
    {
        var track = Guid.NewGuid();
        var playback = new PlaybackManifest(
            Guid.NewGuid(), Visibility.Public, false, 1, "list.m3u8", [new PlaybackPart(track, "uploads/one/hls/", null)], true, ["uploads/gone/hls/"], Invitations.None);
        var folder = SegmentFolder.Find(playback, PlaylistKeys.MediaName("uploads/one/hls/"));
        Assert.Equal(new SegmentFolder(track, "uploads/one/hls/"), folder);
        Assert.Same(folder, SegmentFolder.Find(playback, PlaylistKeys.MediaName("uploads/one/hls/")));
        Assert.Equal(new SegmentFolder(null, "uploads/gone/hls/"), SegmentFolder.Find(playback, PlaylistKeys.MediaName("uploads/gone/hls/")));
        Assert.Null(SegmentFolder.Find(playback, "unknown"));
    }
}
