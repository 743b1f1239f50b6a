using System.Text.Json;
using System.Text.Json.Serialization;
using AudioOrleans.Persistence.Jobs;
using AudioOrleans.Persistence.Secrets;

namespace AudioOrleans.Grains.Mail;

/// <summary>Where grains leave mails: each is a job that is enqueued with the grain's state. It is sealed, since links in mails open accounts.</summary>
public sealed class Outbox(MailOptions options, SecretBox box)
{
    /// <summary>Whether this platform sends mail.</summary>
    public bool IsOn => options.IsOn;

    /// <summary>Where browsers reach the platform; only where it sends mail.</summary>
    public Uri Platform => options.PublicUrl!;

    /// <summary>The address of the account page; what it is to do stands behind the <c>#</c>, which browsers send to no server.</summary>
    public string LinkTo(string fragment) => $"{Platform}account.html#{fragment}";

    /// <summary>Sends a mail once the state is committed.</summary>
    /// <param name="mail">The mail.</param>
    /// <param name="expiresAt">When it is not worth sending any more, UTC.</param>
    public EnqueueJob Send(OutgoingMail mail, DateTimeOffset expiresAt)
    {
        var id = Guid.CreateVersion7();
        var payload = new MailPayload(box.SealText(JsonSerializer.Serialize(mail), ContextOf(id)), expiresAt);
        return new EnqueueJob(SendMail.Job.Create($"mail/{id:D}", payload: JsonSerializer.Serialize(payload)) with { JobId = id });
    }

    /// <summary>The mail of a job.</summary>
    /// <exception cref="SecretBoxException">It was changed, belongs to another job or was sealed with a key that is not there.</exception>
    public OutgoingMail Open(Guid mailId, MailPayload payload) => JsonSerializer.Deserialize<OutgoingMail>(box.OpenText(payload.SealedMail, ContextOf(mailId)))!;

    // A payload that is copied to another job does not open there.
    private static string ContextOf(Guid mailId) => $"mail/{mailId:D}";
}

/// <summary>The payload of a job that sends a mail.</summary>
/// <param name="SealedMail">The mail, sealed.</param>
/// <param name="ExpiresAt">When it is not worth sending any more, UTC.</param>
public sealed record MailPayload([property: JsonPropertyName("sealed_mail")] string SealedMail, [property: JsonPropertyName("expires_at")] DateTimeOffset ExpiresAt);
