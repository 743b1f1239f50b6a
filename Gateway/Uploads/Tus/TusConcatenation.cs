using System.Security.Claims;
using System.Text;
using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Gateway.Operations;
using AudioOrleans.Gateway.Problems;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Audit;
using AudioOrleans.Grains.Interfaces.Uploads;
using AudioOrleans.RelayHost.Objects;

namespace AudioOrleans.Gateway.Uploads.Tus;

/// <summary>Combines partial uploads, which clients can send in parallel, into one upload (tus extension concatenation).</summary>
internal static class TusConcatenation
{
    private const string Partial = "partial";
    private const string Final = "final;";

    /// <summary>Limited because each partial upload is looked up.</summary>
    private const int MostPartials = 100;

    /// <summary>
    /// Clients send absolute addresses, or addresses relative to the host or the endpoint. The host is not compared: a proxy may use another
    /// name.
    /// </summary>
    private static readonly Uri Endpoint = new($"http://localhost{TusCreation.Path}/");

    /// <summary>Reads <c>Upload-Concat</c>; null when there is none.</summary>
    /// <exception cref="AudioException">Invalid: it is malformed.</exception>
    public static UploadConcat? Read(HttpRequest request)
    {
        if (!request.Headers.TryGetValue(TusHeaders.Concat, out var values))
            return null;
        var header = values.ToString();
        if (header == Partial)
            return new UploadConcat(header, []);
        if (!header.StartsWith(Final, StringComparison.Ordinal) || !Ascii.IsValid(header))
            throw Invalid($"Expected {Partial}, or {Final} and the addresses of partial uploads, separated by spaces.", FieldCodes.Malformed);
        var partials = header[Final.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(ReadAddress).ToImmutableArray();
        if (partials.Length is 0 or > MostPartials)
            throw Invalid($"Expected 1 to {MostPartials} partial uploads, got {partials.Length}.", partials.IsEmpty ? FieldCodes.Required : FieldCodes.TooMany);
        return partials.GroupBy(id => id).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? throw Invalid($"Expected each partial upload once; {TusCreation.PathOf(twice.Key)} is named twice.", FieldCodes.Duplicate)
            : new UploadConcat(header, partials);
    }

    /// <summary>Creates a final upload, and has it checked and prepared like any other. Its partial uploads are deleted afterwards.</summary>
    public static async Task<IResult> CreateAsync(
        UploadConcat concat, HttpContext context, ClaimsPrincipal user, UploadReceiver receiver, TusReceiver tus, UploadOptions options)
    {
        foreach (var name in new[] { TusHeaders.Length, TusHeaders.DeferLength })
        {
            if (context.Request.Headers.ContainsKey(name))
                return ProblemJson.Invalid([new FieldProblem(name, "Expected no value: a final upload is as long as its partial uploads together.", FieldCodes.NotAllowed)]);
        }
        if (context.Request.ContentType == TusHeaders.PartContentType && context.Request.ContentLength != 0)
            throw Invalid("Expected no bytes: a final upload has the bytes of its partial uploads.", FieldCodes.NotAllowed);
        var (uploadId, ownerId) = (context.NewResourceId(), user.AccountId());
        var command = TusCreation.ReadInput(context.Request, ownerId);
        if (await FindMadeAsync(uploadId, context, user, tus) is not { } arrival)
        {
            var partials = await FindPartialsAsync(concat, user, tus);
            var length = partials.Sum(partial => partial.Arrival.Length);
            if (length > options.MaxBytes)
                return TusCreation.TooLarge(options.MaxBytes);
            var (begun, refusal) = await receiver.BeginAsync(uploadId, command with { Length = length, Concat = concat });
            if (refusal is not null)
                return refusal;
            arrival = await JoinAsync(uploadId, new UploadArrival(ownerId, 0, length, [], begun!.ExpiresAt!.Value, IsComplete: false), partials);
        }
        RequestContext.Remove(AuditContext.Action); // The audit trail names the final upload, not its partial uploads.
        foreach (var partial in concat.Partials)
            await receiver.AbandonAsync(partial);
        TusHeaders.Tell(context.Response, arrival);
        return TypedResults.Created(TusCreation.PathOf(uploadId));

        async Task<UploadArrival> JoinAsync(Guid uploadId, UploadArrival begun, ImmutableArray<(Guid, UploadArrival)> partials)
        {
            try
            {
                return await tus.JoinAsync(uploadId, user, begun, partials);
            }
            catch (Exception exception)
            {
                await TusCreation.ForgetAsync(uploadId, context, receiver);
                // If another request has joined them meanwhile, they are deleted; that is not a store failure.
                if (exception is ObjectStoreUnavailableException)
                    await FindPartialsAsync(concat, user, tus);
                throw;
            }
        }
    }

    /// <summary>
    /// The upload that an earlier attempt under the same idempotency key has created, whose response was lost; its partial uploads are deleted.
    /// Null for none.
    /// </summary>
    private static async Task<UploadArrival?> FindMadeAsync(Guid uploadId, HttpContext context, ClaimsPrincipal user, TusReceiver tus)
    {
        if (!context.Request.Headers.ContainsKey(Idempotency.Header))
            return null;
        try
        {
            return await tus.GetArrivalAsync(uploadId, user) is { IsComplete: true } arrival ? arrival : null;
        }
        catch (AudioException exception) when (exception.Error == AudioError.NotFound)
        {
            return null;
        }
    }

    private static async Task<ImmutableArray<(Guid UploadId, UploadArrival Arrival)>> FindPartialsAsync(UploadConcat concat, ClaimsPrincipal user, TusReceiver tus)
    {
        var partials = ImmutableArray.CreateBuilder<(Guid, UploadArrival)>();
        foreach (var id in concat.Partials)
            partials.Add((id, await FindPartialAsync(id, user, tus)));
        return partials.ToImmutable();
    }

    /// <summary>A complete partial upload. Another account's partial upload gets the same error as a missing one, even for admins.</summary>
    private static async Task<UploadArrival> FindPartialAsync(Guid uploadId, ClaimsPrincipal user, TusReceiver tus)
    {
        var path = TusCreation.PathOf(uploadId);
        UploadArrival? partial = null;
        try
        {
            partial = await tus.GetArrivalAsync(uploadId, user);
        }
        catch (AudioException exception) when (exception.Error is AudioError.NotFound or AudioError.Forbidden)
        {
            // The error response follows below.
        }
        if (partial is null || partial.OwnerId != user.AccountId())
            throw new AudioException(AudioError.NotFound, $"There is no upload {path}");
        if (!partial.IsPartial)
            throw Invalid($"Expected partial uploads; {path} is not one.", FieldCodes.NotAllowed);
        return partial.HasAllBytes
            ? partial
            : throw Invalid($"Expected partial uploads that are complete; {path} has {partial.Offset} bytes{(partial.IsLengthDeferred ? ", and no length yet" : $" of {partial.Length}")}.", FieldCodes.NotAllowed);
    }

    private static Guid ReadAddress(string address) =>
        Uri.TryCreate(Endpoint, address, out var uri) && uri.AbsolutePath.StartsWith(Endpoint.AbsolutePath, StringComparison.Ordinal)
            && Guid.TryParse(uri.AbsolutePath.AsSpan(Endpoint.AbsolutePath.Length), out var id)
            ? id
            : throw Invalid($"Expected addresses of partial uploads, such as {TusCreation.PathOf(Guid.Empty)}; {address} is not one.", FieldCodes.NotAUrl);

    private static AudioException Invalid(string message, string code) => new(new FieldProblem(TusHeaders.Concat, message, code));
}
