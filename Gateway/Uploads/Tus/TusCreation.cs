using System.Security.Claims;
using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Gateway.Operations;
using AudioOrleans.Gateway.Problems;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Uploads;
using AudioOrleans.RelayHost.Ingest;
using AudioOrleans.RelayHost.Objects;

namespace AudioOrleans.Gateway.Uploads.Tus;

/// <summary>
/// Creates resumable uploads, and takes the first bytes of requests that include some (tus extensions creation, creation-with-upload).
/// </summary>
internal static class TusCreation
{
    /// <summary>The path at which uploads are created; the uploads' own paths are below it.</summary>
    public const string Path = "/v1/uploads/tus";

    /// <summary>Creates an upload.</summary>
    public static async Task<IResult> CreateAsync(HttpContext context, ClaimsPrincipal user, UploadReceiver receiver, TusReceiver tus, UploadOptions options)
    {
        var request = context.Request;
        var concat = TusConcatenation.Read(request);
        if (concat is { IsPartial: false })
            return await TusConcatenation.CreateAsync(concat, context, user, receiver, tus, options);
        var length = TusHeaders.ReadLength(request);
        var most = Math.Min(length ?? long.MaxValue, options.MaxBytes);
        var bringsBytes = request.ContentType == TusHeaders.PartContentType;
        if (length > most || (bringsBytes && request.ContentLength > most))
            return TooLarge(most);
        if (length == 0)
            return ProblemJson.Invalid([new FieldProblem(TusHeaders.Length, "Expected more than 0 bytes.", FieldCodes.OutOfRange)]);
        using var checksum = bringsBytes ? PartChecksum.Read(request) : null;
        var (uploadId, ownerId) = (context.NewResourceId(), user.AccountId());
        var (begun, refusal) = await receiver.BeginAsync(uploadId, ReadInput(request, ownerId) with { Length = length ?? 0, IsLengthDeferred = length is null, Concat = concat });
        if (refusal is not null)
            return refusal;
        var arrival = new UploadArrival(ownerId, 0, most, [], begun!.ExpiresAt!.Value, IsComplete: false);
        if (bringsBytes)
            (arrival, refusal) = await TakeAsync(uploadId, context, user, receiver, tus, checksum);
        TusHeaders.Tell(context.Response, arrival);
        return refusal ?? TypedResults.Created(PathOf(uploadId));
    }

    /// <summary>The options of an upload, from its metadata.</summary>
    /// <exception cref="AudioException">Invalid: one of them is malformed.</exception>
    public static BeginUpload ReadInput(HttpRequest request, Guid ownerId)
    {
        var metadata = TusHeaders.ReadMetadata(request);
        if (!UploadsApi.TryReadInputs(metadata.GetValueOrDefault("renditions"), metadata.GetValueOrDefault("target_lufs"), out var rates, out var lufs, out var problem))
            throw new AudioException(problem!);
        return new BeginUpload(
            ownerId, metadata.GetValueOrDefault("filename") ?? metadata.GetValueOrDefault("name") ?? "", 0, rates, lufs, IsResumable: true,
            request.Headers[TusHeaders.Metadata].ToString() is { Length: > 0 } told ? told : null);
    }

    /// <summary>The error response when a sender announces more than is allowed.</summary>
    public static IResult TooLarge(long most) => ProblemJson.Create(StatusCodes.Status413PayloadTooLarge, "The file is too large", [new("max_bytes", most)]);

    /// <summary>The path of an upload.</summary>
    public static string PathOf(Guid uploadId) => $"{Path}/{uploadId:D}";

    /// <summary>Adds the current offset when the creation response is replayed: such headers are not stored.</summary>
    public static async ValueTask<object?> NotifyAgainAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var result = await next(context);
        var http = context.HttpContext;
        if ((result as StoredResponseResult)?.ReplayedLocation is not { } location)
            return result;
        var upload = http.RequestServices.GetRequiredService<IGrainFactory>().GetGrain<IUploadIngestGrain>(GrainKeys.Upload(Guid.Parse(location.AsSpan(Path.Length + 1))));
        try
        {
            TusHeaders.Tell(http.Response, await upload.GetArrival(http.User.ToCaller()));
        }
        catch (AudioException exception) when (exception.Error == AudioError.NotFound)
        {
            // Cancelled since; the response stays the same.
        }
        return result;
    }

    private static async Task<(UploadArrival Arrival, IResult? Refusal)> TakeAsync(
        Guid uploadId, HttpContext context, ClaimsPrincipal user, UploadReceiver receiver, TusReceiver tus, PartChecksum? checksum)
    {
        try
        {
            var (arrival, refusal) = await tus.TakeAsync(uploadId, user, offset: 0, length: null, context, checksum);
            if (refusal is IStatusCodeHttpResult { StatusCode: TusReceiver.ChecksumMismatch or StatusCodes.Status413PayloadTooLarge } || IsUnknown(context))
                await ForgetAsync(uploadId, context, receiver);
            // What an earlier attempt has received counts: the sender continues from there.
            return (arrival, refusal is IStatusCodeHttpResult { StatusCode: StatusCodes.Status409Conflict } ? null : refusal);
        }
        catch (Exception exception) when (exception is ObjectStoreUnavailableException or ScannerUnavailableException)
        {
            // The upload exists all the same: the bytes that were stored count, and the rest can be sent later.
            return (await tus.GetArrivalAsync(uploadId, user), null);
        }
        catch
        {
            await ForgetAsync(uploadId, context, receiver);
            throw;
        }
    }

    /// <summary>Whether nobody can learn of the upload: its sender has disconnected without the response, and cannot ask for it again.</summary>
    private static bool IsUnknown(HttpContext context) =>
        context.RequestAborted.IsCancellationRequested && !context.Request.Headers.ContainsKey(Idempotency.Header);

    /// <summary>Deletes an upload that a refused request has created.</summary>
    public static async Task ForgetAsync(Guid uploadId, HttpContext context, UploadReceiver receiver)
    {
        if (await receiver.AbandonAsync(uploadId))
            context.NothingWasMade();
    }
}
