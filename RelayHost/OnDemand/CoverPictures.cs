using System.Collections.Immutable;
using System.Globalization;
using AudioOrleans.RelayHost.Ingest;
using AudioOrleans.RelayHost.Objects;
using AudioOrleans.RelayHost.Processes;

namespace AudioOrleans.RelayHost.OnDemand;

/// <summary>
/// Makes the pictures of a cover: its centre as a square, upright, on white, without metadata, in each size as JPEG and WebP. ffmpeg opens only the
/// file, with the one demuxer and decoder of its format, within limits of pixels, memory and time.
/// </summary>
public sealed class CoverPictures(IObjectStore store, WorkOptions work, TimeProvider time) : IDisposable
{
    /// <summary>The most bytes of a file.</summary>
    public const int MostBytes = 10 * 1024 * 1024;

    /// <summary>The sizes, as edges in pixels. A smaller source is not enlarged: it is then the picture of each size beyond its own.</summary>
    public static readonly ImmutableArray<int> Sizes = [150, 600, 3000];

    private const int LeastPixels = 150;
    private const int MostPixels = 50_000_000;

    /// <summary>ffmpeg counts a margin around the picture.</summary>
    private const int MostDecodedPixels = MostPixels + (MostPixels / 5);

    /// <summary>Twice what the largest permitted picture takes, most of it shared libraries.</summary>
    private const long MostMemory = 1_500_000_000;

    private const string Jpeg = "jpg", WebP = "webp";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>How many are made at once: what they take of a node's memory has a limit, whatever is sent.</summary>
    private readonly SemaphoreSlim _free = new(2);

    /// <summary>The name of a picture, such as <c>600.jpg</c>.</summary>
    public static string NameOf(int size, bool isWebP) => string.Create(CultureInfo.InvariantCulture, $"{size}.{(isWebP ? WebP : Jpeg)}");

    /// <summary>The media type of a picture by its name; null if there is no picture of this name.</summary>
    public static string? ContentTypeOf(string name) => Sizes.Any(size => name == NameOf(size, isWebP: false)) ? "image/jpeg" : Sizes.Any(size => name == NameOf(size, isWebP: true)) ? "image/webp" : null;

    /// <summary>Reads the headers of a file that is to become a cover.</summary>
    /// <exception cref="FileRefusedException">It is not a picture, or too small or too large.</exception>
    public static PictureFile Check(ReadOnlySpan<byte> file)
    {
        if (PictureFile.Read(file) is not { } picture)
            throw new FileRefusedException("not_an_image", "Expected a picture: JPEG, PNG or WebP.");
        if (Math.Min(picture.Width, picture.Height) < LeastPixels)
            throw new FileRefusedException("too_small", $"The picture has {picture.Width} x {picture.Height} pixels; expected at least {LeastPixels} x {LeastPixels}.");
        return (long)picture.Width * picture.Height <= MostPixels
            ? picture
            : throw new FileRefusedException("too_many_pixels", $"The picture has {picture.Width} x {picture.Height} pixels; expected at most {MostPixels / 1_000_000} million.");
    }

    /// <summary>Makes the pictures of a file and stores them.</summary>
    /// <param name="key">The object with the file.</param>
    /// <param name="prefix">The prefix of the pictures, which ends with a slash.</param>
    /// <param name="cancellationToken">Cancels it; pictures that were already put remain.</param>
    /// <returns>The edge of the largest picture, in pixels.</returns>
    /// <exception cref="FileRefusedException">The file cannot be used.</exception>
    /// <exception cref="ObjectStoreUnavailableException">The store is down or full.</exception>
    /// <exception cref="ProcessStartException">ffmpeg could not be started.</exception>
    public async Task<int> MakeAsync(string key, string prefix, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        try
        {
            using var folder = new WorkFolder(work);
            var picture = await FetchAsync(key, folder["source"], cancellationToken);
            await DrawAsync(picture, folder, cancellationToken);
            var largest = Check(await File.ReadAllBytesAsync(folder[NameOf(Sizes[^1], isWebP: false)], cancellationToken));
            foreach (var name in Sizes.SelectMany(size => new[] { NameOf(size, isWebP: false), NameOf(size, isWebP: true) }))
            {
                await using var file = new FileStream(folder[name], FileMode.Open, FileAccess.Read, FileShare.Read, 0, FileOptions.Asynchronous);
                await store.PutAsync(prefix + name, file, ContentTypeOf(name)!, default, cancellationToken);
            }
            return largest.Width;
        }
        finally
        {
            _free.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _free.Dispose();

    private async Task<PictureFile> FetchAsync(string key, string path, CancellationToken cancellationToken)
    {
        await using var found = await store.OpenAsync(key, cancellationToken: cancellationToken) ?? throw new FileRefusedException("missing", "The file no longer exists.");
        using var bytes = new MemoryStream();
        await found.Content.CopyToAsync(bytes, cancellationToken);
        var picture = Check(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
        await File.WriteAllBytesAsync(path, picture.StillOf(bytes.GetBuffer().AsMemory(0, (int)bytes.Length)), cancellationToken);
        return picture;
    }

    private async Task DrawAsync(PictureFile picture, WorkFolder folder, CancellationToken cancellationToken)
    {
        var (demuxer, codec) = picture.ContentType switch { "image/jpeg" => ("jpeg_pipe", "mjpeg"), "image/png" => ("png_pipe", "png"), _ => ("webp_pipe", "webp") };
        var command = new ProcessCommand(
            "ffmpeg",
            [
                "-hide_banner", "-loglevel", "error", "-nostdin", "-y", "-filter_complex_threads", "1", "-noautorotate", "-threads", "1",
                "-max_pixels", Text(MostDecodedPixels), "-protocol_whitelist", "file", "-f", demuxer, "-c:v", codec, "-i", $"file:{folder["source"]}",
                "-filter_complex", Filters(picture.Orientation), .. Sizes.SelectMany(size => Outputs(size, folder)),
            ])
        {
            MemoryLimit = MostMemory,
        };
        try
        {
            await ProcessRunner.RunAsync(command, Limit, time, cancellationToken: cancellationToken);
        }
        catch (Exception exception) when (exception is ProcessFailedException or ProcessTimeoutException)
        {
            throw new FileRefusedException("unreadable", "The picture cannot be decoded; it may be damaged.");
        }
    }

    /// <summary>The largest size is drawn on white before it is scaled down, so that no edge mixes with the colour of what is transparent.</summary>
    private static string Filters(int orientation)
    {
        var upright = orientation switch
        {
            2 => "hflip,",
            3 => "hflip,vflip,",
            4 => "vflip,",
            5 => "transpose=cclock_flip,",
            6 => "transpose=clock,",
            7 => "transpose=clock_flip,",
            8 => "transpose=cclock,",
            _ => "",
        };
        const string square = "crop=min(iw\\,ih):min(iw\\,ih)", white = "lutrgb=r=255:g=255:b=255:a=255";
        var sizes = string.Concat(Sizes.Select(size => $";[of{size}]{Scale(size)},split=2[jpg{size}][webp{size}]"));
        return $"[0:v:0]{square},{upright}{Scale(Sizes[^1])},format=rgba,split=2[below][picture];[below]{white}[paper];[paper][picture]overlay=format=rgb,format=rgb24,sidedata=mode=delete,"
            + $"split={Sizes.Length}{string.Concat(Sizes.Select(size => $"[of{size}]"))}{sizes}";
    }

    private static string Scale(int size) => $"scale=min(iw\\,{Text(size)}):min(ih\\,{Text(size)}):flags=lanczos+accurate_rnd+full_chroma_int";

    private static IEnumerable<string> Outputs(int size, WorkFolder folder) =>
    [
        "-map", $"[jpg{size}]", "-map_metadata", "-1", "-frames:v", "1", "-threads", "1", "-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-q:v", "3", "-f", "mjpeg", $"file:{folder[NameOf(size, isWebP: false)]}",
        "-map", $"[webp{size}]", "-map_metadata", "-1", "-frames:v", "1", "-threads", "1", "-c:v", "libwebp", "-pix_fmt", "bgra", "-quality", "82", "-f", "webp", $"file:{folder[NameOf(size, isWebP: true)]}",
    ];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
