namespace AudioOrleans.Grains.Mail;

/// <summary>A mail in plain text.</summary>
/// <param name="To">The recipient: one address.</param>
/// <param name="Subject">One line.</param>
/// <param name="Text">The body.</param>
public sealed record OutgoingMail(string To, string Subject, string Text)
{
    /// <summary>Keeps address and links out of logs.</summary>
    public override string ToString() => "OutgoingMail";
}
