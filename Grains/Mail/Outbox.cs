using System.Text.Json;
using System.Text.Json.Serialization;
using AudioOrleans.Persistence.Jobs;
using AudioOrleans.Persistence.Secrets;

namespace AudioOrleans.Grains.Mail;

/// <summary>Enqueues mails from grains: each is a job committed with the grain's state. It is sealed, since links in mails grant access to accounts.</summary>
public sealed class Outbox(MailOptions options, SecretBox box)
{
    /// <summary>Whether this platform sends mail.</summary>
    public bool IsOn => options.IsOn;

    /// <summary>The URL at which browsers reach the platform; set only if it sends mail.</summary>
    public Uri Platform => options.PublicUrl!;

    /// <summary>The URL of the account page; its action is in the fragment, which browsers send to no server.</summary>
    public string LinkTo(string fragment) => $"{Platform}account.html#{fragment}";

    /// <summary>Returns an effect that sends a mail once the state is committed.</summary>
    /// <param name="mail">The mail.</param>
    /// <param name="expiresAt">When it is no longer worth sending, UTC.</param>
    public EnqueueJob Send(OutgoingMail mail, DateTimeOffset expiresAt)
    {
        var id = Guid.CreateVersion7();
        var payload = new MailPayload(box.SealText(JsonSerializer.Serialize(mail), ContextOf(id)), expiresAt);
        return new EnqueueJob(SendMail.Job.Create($"mail/{id:D}", payload: JsonSerializer.Serialize(payload)) with { JobId = id });
    }

    /// <summary>Opens the mail of a job.</summary>
    /// <exception cref="SecretBoxException">It was changed, belongs to another job or was sealed with an unknown key.</exception>
    public OutgoingMail Open(Guid mailId, MailPayload payload) => JsonSerializer.Deserialize<OutgoingMail>(box.OpenText(payload.SealedMail, ContextOf(mailId)))!;

    // A payload that is copied to another job cannot be opened there.
    private static string ContextOf(Guid mailId) => $"mail/{mailId:D}";
}

/// <summary>The payload of a job that sends a mail.</summary>
/// <param name="SealedMail">The mail, sealed.</param>
/// <param name="ExpiresAt">When it is no longer worth sending, UTC.</param>
public sealed record MailPayload([property: JsonPropertyName("sealed_mail")] string SealedMail, [property: JsonPropertyName("expires_at")] DateTimeOffset ExpiresAt);

/// <summary>A mail in plain text.</summary>
/// <param name="To">The recipient: one address.</param>
/// <param name="Subject">One line.</param>
/// <param name="Text">The body.</param>
public sealed record OutgoingMail(string To, string Subject, string Text)
{
    /// <summary>Keeps address and links out of logs.</summary>
    public override string ToString() => "OutgoingMail";
}
