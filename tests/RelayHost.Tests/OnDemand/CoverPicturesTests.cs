using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using AudioOrleans.RelayHost.Ingest;
using AudioOrleans.RelayHost.Objects;
using AudioOrleans.RelayHost.OnDemand;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Pictures;

namespace AudioOrleans.RelayHost.Tests.OnDemand;

/// <summary>Covers: real files of every kind, and files that are made to harm.</summary>
[Trait("Speed", "slow")]
public sealed class CoverPicturesTests : IDisposable
{
    private const string Red = "#ff0000", Green = "#00ff00", Blue = "#0000ff", White = "#ffffff";

    private readonly TestFolder _folder = new("covers");
    private readonly DiskObjectStore _store;
    private readonly CoverPictures _pictures;

    public CoverPicturesTests()
    {
        _store = new DiskObjectStore(_folder["objects"], TimeProvider.System);
        _pictures = new CoverPictures(_store, new WorkOptions(_folder["work"]), TimeProvider.System);
    }

    public void Dispose()
    {
        _pictures.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("jpg")]
    [InlineData("png")]
    [InlineData("webp")]
    public async Task A_picture_is_cut_to_its_centre_and_made_in_each_size_in_both_formats(string format)
    {
        // Red, green and blue from left to right; a square of the centre is green only.
        var source = await Picture.DrawAsync(format, $"color={Red}:s=500x700[a];color={Green}:s=800x700[b];color={Blue}:s=500x700[c];[a][b][c]hstack=3");
        Assert.Equal(700, await MakeAsync(source));
        foreach (var (size, edge) in new[] { (150, 150), (600, 600), (3000, 700) })
        {
            foreach (var extension in new[] { "jpg", "webp" })
            {
                var made = await BytesAsync($"{size}.{extension}");
                Assert.Equal((extension == "jpg" ? "image/jpeg" : "image/webp", edge, edge), PictureFile.Read(made) is { } file ? (file.ContentType, file.Width, file.Height) : default);
                foreach (var (x, y) in new[] { (0.02, 0.02), (0.98, 0.02), (0.5, 0.5), (0.02, 0.98), (0.98, 0.98) })
                    Assert.Equal(Green, await Picture.ColourAtAsync(made, x, y));
            }
        }
    }

    [Fact]
    public async Task A_large_picture_is_at_most_3000_pixels()
    {
        Assert.Equal(3000, await MakeAsync(await Picture.DrawAsync("jpg", "testsrc2=s=3600x3300")));
        Assert.Equal((3000, 3000), PictureFile.Read(await BytesAsync("3000.jpg")) is { } file ? (file.Width, file.Height) : default);
        Assert.InRange((await BytesAsync("3000.jpg")).Length, 100_000, 5_000_000);
    }

    [Theory]
    [InlineData(1, "RGBW")]
    [InlineData(2, "GRWB")]
    [InlineData(3, "WBGR")]
    [InlineData(4, "BWRG")]
    [InlineData(5, "RBGW")]
    [InlineData(6, "BRWG")]
    [InlineData(7, "WGBR")]
    [InlineData(8, "GWRB")]
    public async Task A_photo_is_turned_as_its_camera_was_held(int orientation, string quarters)
    {
        var photo = Picture.WithExif(await QuartersAsync("jpg"), orientation);
        Assert.Equal(orientation, PictureFile.Read(photo)!.Orientation);
        await MakeAsync(photo);
        var made = await BytesAsync("600.jpg");
        foreach (var (quarter, (x, y)) in quarters.Zip([(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)]))
            Assert.Equal(quarter switch { 'R' => Red, 'G' => Green, 'B' => Blue, _ => White }, await Picture.ColourAtAsync(made, x, y));
    }

    [Fact]
    public async Task The_orientation_in_a_png_counts_too()
    {
        var png = await QuartersAsync("png");
        await MakeAsync([.. png[..33], .. Picture.Chunk("eXIf", Picture.Tiff(3)), .. png[33..]]);
        Assert.Equal(White, await Picture.ColourAtAsync(await BytesAsync("600.jpg"), 0.25, 0.25));
    }

    [Fact]
    public async Task Metadata_is_not_published()
    {
        var photo = Picture.WithExif(await QuartersAsync("jpg"), 1, "CANARY at 52.52 N, 13.40 E");
        await MakeAsync([.. photo[..2], 0xFF, 0xFE, 0, 8, .. "CANARY"u8, .. photo[2..]]);
        foreach (var size in CoverPictures.Sizes)
        {
            foreach (var made in new[] { await BytesAsync(CoverPictures.NameOf(size, false)), await BytesAsync(CoverPictures.NameOf(size, true)) })
            {
                var text = Encoding.Latin1.GetString(made);
                Assert.DoesNotContain("CANARY", text, StringComparison.Ordinal);
                Assert.DoesNotContain("Exif", text, StringComparison.OrdinalIgnoreCase);
            }
        }
    }

    [Fact]
    public async Task What_is_transparent_becomes_white()
    {
        // The left half is black and transparent, the right half red.
        await MakeAsync(await Picture.DrawAsync("png", $"color=black@0:s=200x400,format=rgba[a];color={Red}:s=200x400,format=rgba[b];[a][b]hstack"));
        foreach (var name in new[] { "3000.jpg", "150.webp" })
        {
            Assert.Equal(White, await Picture.ColourAtAsync(await BytesAsync(name), 0.25, 0.5));
            Assert.Equal(Red, await Picture.ColourAtAsync(await BytesAsync(name), 0.75, 0.5));
        }
    }

    [Fact]
    public async Task A_picture_for_print_keeps_its_colours()
    {
        await MakeAsync(Picture.Cmyk(200, 255, 0, 0, 0));
        Assert.Equal("#00ffff", await Picture.ColourAtAsync(await BytesAsync("150.jpg"), 0.5, 0.5));
    }

    [Fact]
    public async Task Of_a_picture_that_moves_the_first_frame_is_taken()
    {
        var source = await Picture.FfmpegAsync([], "-f", "lavfi", "-i", $"color={Red}:s=200x200:r=1:d=1", "-f", "lavfi", "-i", $"color={Blue}:s=200x200:r=1:d=2", "-filter_complex", "concat", "-c:v", "libwebp_anim", "-lossless", "1", "-f", "webp", "pipe:1");
        Assert.Contains("ANMF", Encoding.Latin1.GetString(source), StringComparison.Ordinal);
        await MakeAsync(source);
        Assert.Equal(Red, await Picture.ColourAtAsync(await BytesAsync("150.jpg"), 0.5, 0.5));
    }

    public static TheoryData<string, string, byte[]> Refused => new()
    {
        { "a page", "not_an_image", "<!doctype html><title>cover.jpg</title>"u8.ToArray() },
        { "a drawing", "not_an_image", "<svg xmlns='http://www.w3.org/2000/svg' width='600' height='600'><image href='file:///etc/passwd'/></svg>"u8.ToArray() },
        { "a GIF", "not_an_image", "GIF89a\x58\x02\x58\x02"u8.ToArray() },
        { "nothing", "not_an_image", [] },
        { "the beginning of a JPEG", "not_an_image", [0xFF, 0xD8, 0xFF, 0xE0, 0, 16] },
        { "a pixel", "too_small", Picture.Png(1, 1) },
        { "a strip", "too_small", Picture.Png(2000, 149) },
        { "a bomb", "too_many_pixels", Picture.Png(30_000, 30_000) },
        { "a larger bomb", "too_many_pixels", Picture.Png(int.MaxValue, int.MaxValue) },
        { "a picture without pixels", "unreadable", Picture.Png(300, 300) },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task What_is_no_cover_is_refused(string what, string reason, byte[] file)
    {
        Assert.Equal((what, reason), (what, (await Assert.ThrowsAsync<FileRefusedException>(() => MakeAsync(file))).Reason));
        Assert.Equal(["one/original"], (await _store.ListAsync("one/").ToListAsync()).Select(item => item.Key));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder["work"]));
    }

    [Fact]
    public async Task A_second_frame_header_with_more_pixels_than_the_one_that_is_read_is_refused()
    {
        var source = await Picture.DrawAsync("jpg", "testsrc2=s=400x400");
        var frame = source.AsSpan().IndexOf((byte[])[0xFF, 0xC0]);
        var length = 2 + BinaryPrimitives.ReadUInt16BigEndian(source.AsSpan(frame + 2));
        var second = source[frame..(frame + length)];
        BinaryPrimitives.WriteUInt16BigEndian(second.AsSpan(5), 20_000);
        BinaryPrimitives.WriteUInt16BigEndian(second.AsSpan(7), 20_000);
        Assert.Equal("unreadable", (await Assert.ThrowsAsync<FileRefusedException>(() => MakeAsync([.. source[..(frame + length)], .. second, .. source[(frame + length)..]]))).Reason);
    }

    [Fact]
    public async Task A_bomb_in_the_metadata_does_not_get_its_memory()
    {
        // A colour profile of 700 MB, which is 700 KB as it is stored. Without a limit, ffmpeg takes 1.5 GB for it, and makes the pictures.
        var png = await Picture.DrawAsync("png", "testsrc2=s=300x300");
        using var packed = new MemoryStream();
        await using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            var zeros = new byte[1 << 20];
            for (var i = 0; i < 700; i++)
                await zlib.WriteAsync(zeros);
        }
        byte[] bomb = [.. png[..33], .. Picture.Chunk("iCCP", [.. "profile"u8, 0, 0, .. packed.ToArray()]), .. png[33..]];
        Assert.InRange(bomb.Length, 500_000, CoverPictures.MostBytes);
        Assert.Equal("unreadable", (await Assert.ThrowsAsync<FileRefusedException>(() => MakeAsync(bomb))).Reason);
    }

    private static Task<byte[]> QuartersAsync(string format) => Picture.DrawAsync(
        format, $"color={Red}:s=300x300[a];color={Green}:s=300x300[b];color={Blue}:s=300x300[c];color={White}:s=300x300[d];[a][b]hstack[x];[c][d]hstack[y];[x][y]vstack");

    private async Task<int> MakeAsync(byte[] file)
    {
        using var content = new MemoryStream(file);
        await _store.PutAsync("one/original", content, "application/octet-stream");
        Directory.CreateDirectory(_folder["work"]);
        return await _pictures.MakeAsync("one/original", "one/", CancellationToken.None);
    }

    private async Task<byte[]> BytesAsync(string name)
    {
        await using var found = await _store.OpenAsync($"one/{name}");
        using var copy = new MemoryStream();
        await found!.Content.CopyToAsync(copy);
        return copy.ToArray();
    }
}
