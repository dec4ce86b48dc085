import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import java.io.File;

/**
 * Validates signed files with the European Commission's DSS. The first argument
 * is the certificate that is trusted, the others are PDF files. Prints a line
 * for each signature: file, format, indication, sub-indication, scope.
 */
class Validate {
    public static void main(String[] args) {
        var trusted = new CommonTrustedCertificateSource();
        trusted.addCertificate(DSSUtils.loadCertificate(new File(args[0])));
        var verifier = new CommonCertificateVerifier();
        verifier.setTrustedCertSources(trusted);
        for (int i = 1; i < args.length; i++) {
            try {
                validate(new File(args[i]), verifier);
            } catch (RuntimeException e) {
                System.out.println(args[i] + "\t\tUNREADABLE\t" + e.getClass().getSimpleName() + "\t");
            }
        }
    }

    private static void validate(File file, CommonCertificateVerifier verifier) {
        var validator = SignedDocumentValidator.fromDocument(new FileDocument(file));
        validator.setCertificateVerifier(verifier);
        var report = validator.validateDocument().getSimpleReport();
        if (report.getSignatureIdList().isEmpty()) {
            System.out.println(file + "\t\tUNSIGNED\t\t");
        }
        for (var id : report.getSignatureIdList()) {
            System.out.println(String.join("\t", file.toString(), report.getSignatureFormat(id).toString(),
                report.getIndication(id).toString(), String.valueOf(report.getSubIndication(id)),
                report.getSignatureScopes(id).get(0).getScope().toString()));
        }
    }
}
